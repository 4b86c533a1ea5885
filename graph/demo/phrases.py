"""What people say to each other about tea, coffee and deliveries, in English and in Chinese.

`{person}` is how the customer's side is addressed, `{product}` what it is about, `{us}` who wrote it down.
"""

from __future__ import annotations

from collections.abc import Mapping

Phrase = tuple[str, str]

ENGLISH: Mapping[str, tuple[Phrase, ...]] = {
    "Call": (
        ("Reorder of {product}", "{person} asked when {product} can arrive. Promised an answer by tomorrow."),
        ("How the last delivery went", "{person} is happy with the packing. One box was late, and we said sorry."),
        ("Price for next quarter", "{person} compares offers. Wants our price for {product} at double the volume."),
        ("Voicemail", "No answer; left a message for {person}."),
        ("Introductory call", "{person} explained who drinks what in their offices. Mostly {product}."),
    ),
    "Email": (
        (
            "Your quotation",
            "Dear {person},\nattached is our quotation, {product} included. It holds for 30 days.\n{us}",
        ),
        (
            "Samples are on their way",
            "Dear {person},\nthe samples of {product} left today. Let me know what you think.\n{us}",
        ),
        (
            "Re: invoice",
            "Dear {person},\nyou are right, the discount was missing. A corrected invoice is attached.\n{us}",
        ),
        ("New harvest", "Dear {person},\nthe new harvest is in, and {product} has turned out very well.\n{us}"),
    ),
    "Meeting": (
        ("Quarterly review", "Went through orders and complaints with {person}. They want fewer, larger deliveries."),
        ("Contract renewal", "{person} agrees in principle. Open: payment terms, and the price of {product}."),
        ("Menu planning", "Chose drinks for the season with {person}; {product} stays, two others go."),
    ),
    "Sms": (
        ("Delivery today", "{person}, your delivery arrives between 2 and 4 pm."),
        ("Thank you", "Thanks for your time today, {person}. The list follows by e-mail."),
    ),
    "Chat": (
        ("Stock question", "{person}: do you have {product} in stock?\n{us}: yes, 40 cases."),
        ("Photo of the shelf", "{person} sent a photo of the new coffee corner. It looks splendid."),
    ),
    "Visit": (
        ("Visit on site", "Saw the pantry with {person}. There is room for a second machine on the third floor."),
        ("Complaint on site", "{person} showed us the damaged boxes of {product}. We replace them this week."),
    ),
    "Demo": (
        ("Tasting of {product}", "Six people tasted. {person} preferred it to what they have now."),
        ("Machine demonstration", "Showed the two-group machine to {person}. The question is who cleans it."),
    ),
    "Trial": (
        ("Two weeks with {product}", "On trial in the main kitchen; {person} collects what people say."),
        ("Trial of the brewer", "Set up with {person}. Forty cups a day so far."),
    ),
    "Training": (
        ("Barista basics", "{person} and three colleagues can now steam milk that deserves the name."),
        ("Brewing tea properly", "Water temperature, time, and why {product} must not boil. {person} took notes."),
    ),
    "Event": (
        ("Spring tasting evening", "{person} came with two colleagues and stayed until the end."),
        ("Coffee fair", "Met {person} at our stand. Wants to hear about {product} next month."),
    ),
    "Note": (
        ("How they decide", "{person} decides alone up to 5,000; above that it goes to the board."),
        ("Good to know", "{person} has moved offices; deliveries go to the back entrance now."),
        ("Budget", "Their budget year starts in April. {person} plans in February."),
    ),
    "Task": (
        ("Send samples of {product}", "{person} asked for three samples."),
        ("Call back about {product}", "{person} wants to decide this week."),
        ("Prepare the renewal", "Terms as last year; check the price of {product} first."),
        ("Chase the open invoice", "Ask {person} kindly; it is two weeks late."),
    ),
}

CHINESE: Mapping[str, tuple[Phrase, ...]] = {
    "Call": (
        ("{product}补货", "{person}询问{product}何时到货，已答应明天前回复。"),
        ("上次送货反馈", "{person}对包装满意，有一箱晚到，已致歉。"),
        ("下季度报价", "{person}正在比价，希望{product}加量一倍后再给一个价格。"),
        ("未接通", "{person}没有接听，已留言。"),
        ("初次沟通", "{person}介绍了各办公室的饮用习惯，主要喝{product}。"),
    ),
    "Email": (
        ("报价单", "{person}：您好！\n附件是含{product}的报价单，三十天内有效。\n{us}"),
        ("样品已寄出", "{person}：您好！\n{product}的样品今天已寄出，期待您的反馈。\n{us}"),
        ("回复：发票", "{person}：您好！\n您说得对，折扣漏掉了，更正后的发票见附件。\n{us}"),
        ("新茶上市", "{person}：您好！\n今年的新货到了，{product}品质很好。\n{us}"),
    ),
    "Meeting": (
        ("季度回顾", "与{person}回顾了订单和投诉，对方希望减少送货次数、加大单次数量。"),
        ("续约洽谈", "{person}原则上同意，账期和{product}的价格待定。"),
        ("当季饮品规划", "与{person}选定了本季饮品，{product}保留，另外两款下架。"),
    ),
    "Sms": (
        ("今日送货", "{person}，您的货物今天下午两点到四点送达。"),
        ("感谢", "{person}，感谢您今天抽空，清单稍后发到您的邮箱。"),
    ),
    "Chat": (
        ("询问库存", "{person}：{product}还有货吗？\n{us}：有，四十箱。"),
        ("茶水间照片", "{person}发来新茶水间的照片，布置得很漂亮。"),
    ),
    "Visit": (
        ("上门拜访", "与{person}看了茶水间，三楼还可以再放一台机器。"),
        ("现场处理投诉", "{person}出示了破损的{product}，本周内更换。"),
    ),
    "Demo": (
        ("{product}品鉴", "六人参加品鉴，{person}认为比现在用的更好。"),
        ("咖啡机演示", "向{person}演示了双头咖啡机，问题是由谁来清洁。"),
    ),
    "Trial": (
        ("{product}试用两周", "放在主茶水间试用，{person}收集同事的意见。"),
        ("滴滤机试用", "已与{person}安装调试，目前每天四十杯。"),
    ),
    "Training": (
        ("咖啡师基础培训", "{person}和三位同事已经能打出像样的奶泡。"),
        ("泡茶培训", "讲了水温、时间，以及{product}为什么不能用沸水。{person}做了笔记。"),
    ),
    "Event": (
        ("春季品茶会", "{person}带两位同事参加，一直留到最后。"),
        ("咖啡展", "在展位见到{person}，下个月想了解{product}。"),
    ),
    "Note": (
        ("决策方式", "五万元以内{person}可以自己决定，以上要上会。"),
        ("备忘", "{person}的办公室搬了，以后送货走后门。"),
        ("预算", "对方财年从四月开始，{person}二月做计划。"),
    ),
    "Task": (
        ("寄送{product}样品", "{person}要三份样品。"),
        ("就{product}回电", "{person}希望本周决定。"),
        ("准备续约", "条件与去年相同，先核对{product}的价格。"),
        ("催收逾期款项", "请客气地提醒{person}，已逾期两周。"),
    ),
}

PHRASES = {"en": ENGLISH, "zh": CHINESE}

OUTCOMES = {
    "en": ("interested", "not now", "follow up", "agreed", None, None),
    "zh": ("有意向", "暂不考虑", "需跟进", "已同意", None, None),
}

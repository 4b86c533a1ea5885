"""Every text of the pages of signing in, in both languages. A test holds the keys of the two together."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "signIn": "Sign in",
        "login": "Login",
        "password": "Password",
        "provider": "Sign in with your organisation",
        "or": "or",
        "setUp": "The first administrator",
        "setUpHint": "Nobody can sign in yet. Whoever opens this link becomes the administrator; it works once.",
        "name": "Name",
        "newPassword": "New password",
        "repeat": "The same again",
        "passwordHint": "12 characters or more; a few words that do not belong together do well.",
        "choose": "Choose a password",
        "change": "Change your password",
        "currentPassword": "Current password",
        "save": "Save",
        "start": "Begin",
        "done": "Saved. Everywhere else you have been signed out.",
        "goOn": "Go on",
        "again": "Sign in again",
        "wrong": "The login or the password is wrong.",
        "wait": "Too many attempts failed. Wait {seconds} s, then try again.",
        "differ": "The two passwords are not the same.",
        "badPassword": "This password will not do. It needs 12 characters or more, and may be neither your login nor one that everybody tries first.",
        "missing": "Fill in every field.",
        "linkOver": "This link has been used, or it is too old. Ask an administrator for another one, or start the server again.",
        "away": "The server cannot check this at the moment. Try again in a while.",
        "stranger": "This came from a page of somebody else, so nothing was done. Open the page here and try again.",
        "unknown": "Your organisation knows you, but there is no user here for you. Ask an administrator.",
        "failed": "The sign-in at your organisation did not come to its end. Begin again.",
        "refused": "This could not be done: {reason}",
    },
    "zh": {
        "signIn": "登录",
        "login": "登录名",
        "password": "密码",
        "provider": "使用单位账号登录",
        "or": "或",
        "setUp": "首位管理员",
        "setUpHint": "目前还没有人能登录。打开此链接的人将成为管理员；链接只能使用一次。",
        "name": "姓名",
        "newPassword": "新密码",
        "repeat": "再次输入",
        "passwordHint": "至少 12 个字符；几个互不相关的词即可。",
        "choose": "设置密码",
        "change": "修改密码",
        "currentPassword": "当前密码",
        "save": "保存",
        "start": "开始",
        "done": "已保存。您在其他地方的登录均已退出。",
        "goOn": "继续",
        "again": "重新登录",
        "wrong": "登录名或密码不正确。",
        "wait": "失败次数过多。请等待 {seconds} 秒后再试。",
        "differ": "两次输入的密码不一致。",
        "badPassword": "此密码不可用：至少需要 12 个字符，不能与登录名相同，也不能是人们最常用的密码。",
        "missing": "请填写所有字段。",
        "linkOver": "此链接已被使用或已过期。请向管理员索取新的链接，或重新启动服务器。",
        "away": "服务器暂时无法验证，请稍后再试。",
        "stranger": "此请求来自他人的页面，因此未执行任何操作。请在本页重试。",
        "unknown": "您的单位认识您，但这里没有对应的用户。请联系管理员。",
        "failed": "单位账号的登录未能完成，请重新开始。",
        "refused": "无法完成：{reason}",
    },
}
TAGS = {"en": "en", "zh": "zh-CN"}


def language_of(chosen: str | None, accept_language: str) -> str:
    """The language of a page: the one that was chosen, else the first of the browser's that we have, else English."""
    if chosen in WORDS:
        return str(chosen)
    wanted = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), position, tag.split("-")[0].lower()))
        except ValueError:
            continue
    return next((language for weight, _, language in sorted(wanted) if language in WORDS and weight < 0), "en")

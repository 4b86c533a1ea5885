"""The words that the invented names are made of."""

from __future__ import annotations

PLACES = "Harbour Meadow Granite Silver Willow Falcon Copper Aurora Juniper Lantern Orchid Summit Cedar Ember Delta Marble Heron Indigo Quarry Saffron".split()
TRADES = "Foods Logistics Robotics Textiles Optics Ceramics Energy Instruments Papers Furniture Chemicals Media Seeds Bearings Glass".split()
CITIES = "上海 北京 深圳 杭州 成都 苏州 青岛 厦门 宁波 西安".split()
CHINESE_TRADES = "食品 物流 机器人 纺织 光学 陶瓷 能源 仪器 纸业 家具".split()
GIVEN = "Amelia Bruno Clara David Elena Felix Grace Hugo Irene Jonas Karin Liam Mara Nora Oscar Petra Quentin Rosa Simon Tessa".split()
FAMILIES = "Abbott Becker Carvalho Dubois Eriksen Fischer Garcia Hansen Ivanov Jensen Keller Lindgren Müller Novak Okafor Petrov Rossi Schmidt Tanaka Weber".split()
CHINESE_FAMILIES = "王 李 张 刘 陈 杨 黄 赵 吴 周".split()
CHINESE_GIVEN = "伟 芳 娜 敏 静 丽 强 磊 洋 艳 勇 军 杰 娟 涛".split()
GOODS = "Tea Coffee Kettle Grinder Scale Filter Tray Cup Roaster Thermometer Whisk Jar Press Timer Apron".split()
SUBJECTS = "Price list Delivery date Contract Sample order Complaint Spring campaign Site visit Payment terms New catalogue Warranty".split()

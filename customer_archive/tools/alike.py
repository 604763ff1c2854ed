"""Likeness of names, and of what different keyboards and offices make of the same text."""

import re

from .text import normalize_phone, split_extension

#: Characters of company names in their traditional and their simplified form, pair by pair.
_PAIRS = (
    "國国際际貿贸業业電电機机車车長长東东華华實实發发興兴廣广灣湾龍龙圖图書书開开關关門门問问間间見见觀观視视訊讯設设計计試试話话語语誠诚論论證证謝谢豐丰財财資资質质貨货費费購购賽赛賓宾贏赢軟软輕轻輸输轉转軍军農农運运"
    "達达遠远連连進进過过還还選选邊边郵邮鄉乡鄭郑醫医藥药釀酿鐵铁鋼钢銅铜鋁铝銀银鋒锋錦锦鍋锅鏡镜鑄铸陽阳陸陆陳陈隊队雜杂離离難难雲云靈灵靜静響响頂顶項项順顺領领題题顏颜風风飛飞飯饭飲饮館馆馬马駿骏體体髮发魚鱼鮮鲜鳥鸟"
    "鴻鸿鵬鹏麗丽麥麦黃黄點点齊齐愛爱寶宝寧宁對对導导層层屬属島岛嶺岭幣币師师帶带庫库應应廠厂張张強强彈弹後后從从復复徑径恆恒慶庆憶忆戰战戲戏戶户擁拥據据撥拨數数斷断無无時时曉晓會会條条極极樂乐標标樣样樹树橋桥檔档歐欧"
    "歷历殘残氣气決决沖冲況况淨净減减測测湯汤準准滅灭滿满漢汉漁渔潔洁澤泽濟济濱滨瀏浏為为煉炼熱热營营爐炉爾尔獅狮獨独獎奖環环現现瑪玛產产畢毕畫画當当療疗盡尽監监盤盘眾众確确碼码礦矿祿禄禮礼種种穩稳競竞筆笔節节範范築筑"
    "簡简籃篮糧粮紀纪約约紅红純纯紙纸級级紡纺線线組组細细終终結结絕绝給给統统絲丝經经綠绿維维網网綱纲緣缘編编緯纬縣县總总織织繪绘續续羅罗義义習习聖圣聯联聲声聽听職职腦脑臺台與与舊旧艦舰藝艺芻刍莊庄葉叶蓋盖蘇苏蘭兰處处"
    "號号蝦虾術术衛卫裝装補补製制複复規规親亲訂订記记訪访許许評评詞词該该詳详請请諾诺講讲護护變变讓让貝贝負负貢贡貴贵買买賀贺賢贤賣卖賴赖贊赞趙赵躍跃載载輔辅輝辉輪轮辦办邏逻鄰邻釋释鈔钞鈴铃鉛铅銷销鎮镇鏈链鑒鉴閃闪閱阅"
    "隨随險险雙双雞鸡霧雾靚靓韓韩頓顿預预頻频額额類类顧顾顯显養养駕驾驗验魯鲁萬万億亿個个優优傳传價价儀仪僑侨兒儿內内兩两冊册創创劃划劉刘動动務务勝胜勞劳勢势匯汇區区協协單单參参員员啟启團团園园圓圆執执場场報报塊块塗涂"
    "壓压壞坏夢梦奧奥婦妇學学孫孙宮宫專专將将尋寻屆届嶽岳巖岩幫帮幹干彙汇態态"
)
_SIMPLE = {ord(_PAIRS[i]): _PAIRS[i + 1] for i in range(0, len(_PAIRS), 2)}
_MOBILE = re.compile(r"1[3-9]\d{9}")
_PHONE_LENGTH = 7


def simplify(text: str) -> str:
    """Write the traditional characters that company names use in their simplified form.

    >>> simplify("華東國際貿易")
    '华东国际贸易'
    """
    return text.translate(_SIMPLE)


def clean_phone(text: str) -> str:
    """Reduce a telephone number to its digits, without extension, China's country code and the zero before an area.

    What nobody answers to, such as 00000000, is no number.

    >>> clean_phone("（021）5059 2061 转 8001"), clean_phone("0086-21-50592061"), clean_phone("+86 135 0259 3627")
    ('2150592061', '2150592061', '13502593627')
    """
    number, _extension = split_extension(normalize_phone(text)) if text else ("", "")
    digits = re.sub(r"\D", "", number)
    if number.startswith("+86") or (digits.startswith("86") and _MOBILE.fullmatch(digits[2:])):
        digits = digits[2:]
    digits = digits.lstrip("0")
    return digits if len(digits) >= _PHONE_LENGTH and len(set(digits)) > 2 else ""


def is_alike(one: str, other: str) -> bool:
    """Tell whether two names differ by a slip: one character, or little of a long name.

    >>> is_alike("济南大恒恒物流", "济南大恒物流"), is_alike("济南大恒物流", "济南大和贸易")
    (True, False)
    """
    if min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > max(len(one), len(other)) // 4:
        return False
    return _is_one_edit(one, other) or _overlap(one, other) >= 0.8


def _is_one_edit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    place = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest = short[place + 1 :] if len(short) == len(long) else short[place:]
    return rest == long[place + 1 :]


def _overlap(one: str, other: str) -> float:
    """Share of neighbouring pairs of characters that two names have in common, 0 to 1."""
    first, second = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return 2 * len(first & second) / (len(first) + len(second))

"""Old orthography: 旧字体 by character, 旧仮名遣い by word."""

from __future__ import annotations

#: New form and old form in turn. Only old forms that JIS X 0208 has, so that a
#: twin can be written in Shift_JIS. 欠 is left out: 欠伸 never was 缺伸.
_PAIRS = (
    "亜亞悪惡圧壓囲圍為爲医醫壱壹隠隱栄榮営營衛衞駅驛円圓塩鹽応應欧歐殴毆桜櫻奥奧穏穩"
    "仮假価價画畫会會壊壞懐懷絵繪拡擴殻殼覚覺学學岳嶽楽樂缶罐巻卷陥陷勧勸関關歓歡観觀"
    "気氣帰歸偽僞戯戲犠犧旧舊拠據挙擧峡峽挟挾狭狹暁曉勲勳薫薰径徑恵惠渓溪経經蛍螢軽輕"
    "継繼鶏鷄芸藝県縣倹儉剣劍険險圏圈検檢権權献獻顕顯験驗厳嚴広廣効效恒恆鉱鑛号號国國"
    "済濟砕碎斎齋剤劑雑雜参參桟棧蚕蠶惨慘賛贊残殘糸絲歯齒児兒辞辭湿濕実實写寫舎舍釈釋"
    "寿壽収收従從渋澁獣獸縦縱粛肅処處将將称稱焼燒証證奨奬条條状狀乗乘浄淨剰剩畳疊縄繩"
    "壌壤嬢孃譲讓醸釀触觸嘱囑真眞寝寢慎愼尽盡図圖粋粹酔醉穂穗随隨髄髓枢樞数數声聲静靜"
    "斉齊摂攝窃竊専專戦戰浅淺潜潛繊纖践踐銭錢禅禪双雙壮壯捜搜挿插争爭総總聡聰荘莊装裝"
    "騒騷臓臟蔵藏属屬続續堕墮体體対對帯帶滞滯台臺滝瀧択擇沢澤単單担擔胆膽団團弾彈断斷"
    "痴癡遅遲昼晝虫蟲鋳鑄庁廳聴聽勅敕鎮鎭逓遞鉄鐵転轉点點伝傳党黨灯燈当當盗盜稲稻闘鬪"
    "独獨読讀届屆弐貳悩惱脳腦覇霸拝拜廃廢売賣麦麥発發抜拔蛮蠻秘祕浜濱払拂仏佛並竝辺邊"
    "変變弁辯宝寶豊豐没沒満滿万萬黙默訳譯薬藥与與予豫余餘誉譽揺搖様樣謡謠来來乱亂覧覽"
    "両兩猟獵塁壘励勵礼禮隷隸霊靈齢齡恋戀炉爐労勞楼樓湾灣亀龜竜龍弥彌巣巢"
)
_OLD_KANJI = str.maketrans(_PAIRS[0::2], _PAIRS[1::2])

#: New kana and old, in the order they are applied: words first, small kana last.
#: Words, not rules: a rule such as い → ゐ is wrong more often than right.
_OLD_KANA = """
ている→てゐる ていた→てゐた ていて→てゐて でいる→でゐる でいた→でゐた
いると→ゐると という→といふ ような→やうな ように→やうに ようで→やうで
だろう→だらう でしょう→でせう ましょう→ませう 思う→思ふ 思わ→思は 思い→思ひ
言う→言ふ 言わ→言は 言い→言ひ 違い→違ひ 違う→違ふ 使い→使ひ 使う→使ふ
失い→失ひ 向う→向ふ 向かい→向かひ むこう→むかう 互い→互ひ 答え→答へ 考え→考へ
教え→教へ 与え→与へ 終え→終へ 加え→加へ 伝え→伝へ 抱え→抱へ しまう→しまふ
しまい→しまひ もらう→もらふ 行こう→行かう ちょうど→ちやうど ゆうべ→ゆふべ
じい→ぢい じなり→ぢなり じゃ→ぢや さお→さを ぞうり→ざうり まず→まづ さえ→さへ うえ→うへ
なお→なほ そうし→さうし そうな→さうな そうに→さうに こうし→かうし
いたずら→いたづら あいだ→あひだ くらい→くらゐ ぐらい→ぐらゐ っ→つ ゃ→や ゅ→ゆ
ょ→よ
"""


def with_old_kanji(text: str) -> str:
    """The text in 旧字体, character by character.

    >>> with_old_kanji("国会の桜")
    '國會の櫻'
    """
    return text.translate(_OLD_KANJI)


def with_old_kana(text: str) -> str:
    """The text in 旧字体 and 旧仮名遣い, as far as the word list goes.

    >>> with_old_kana("見ていると思う")
    '見てゐると思ふ'
    """
    for pair in _OLD_KANA.split():
        new, old = pair.split("→")
        text = text.replace(new, old)
    return with_old_kanji(text)

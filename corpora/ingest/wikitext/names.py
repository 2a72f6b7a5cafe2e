"""Languages and countries as the templates of Japanese wikis name them."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


#: Of {{lang-xx}}: the code and the name.
LANGUAGES = _pairs("""
    en 英語 fr フランス語 de ドイツ語 it イタリア語 es スペイン語 pt ポルトガル語 nl オランダ語
    ru ロシア語 uk ウクライナ語 be ベラルーシ語 pl ポーランド語 cs チェコ語 sk スロバキア語
    sl スロベニア語 hr クロアチア語 sr セルビア語 bs ボスニア語 mk マケドニア語 bg ブルガリア語
    ro ルーマニア語 hu ハンガリー語 fi フィンランド語 et エストニア語 lv ラトビア語
    lt リトアニア語 sv スウェーデン語 no ノルウェー語 nb ノルウェー語 nn ノルウェー語
    da デンマーク語 is アイスランド語 fo フェロー語 ga アイルランド語 gd スコットランド・ゲール語
    cy ウェールズ語 br ブルトン語 eu バスク語 ca カタルーニャ語 gl ガリシア語 oc オック語
    la ラテン語 el ギリシア語 el-short ギリシア語 grc 古代ギリシア語 grc-short 古代ギリシア語
    sq アルバニア語 hy アルメニア語 ka グルジア語 tr トルコ語 az アゼルバイジャン語 kk カザフ語
    ky キルギス語 uz ウズベク語 tk トルクメン語 tt タタール語 mn モンゴル語 fa ペルシア語
    ar アラビア語 he ヘブライ語 ku クルド語 ps パシュトー語 ur ウルドゥー語 hi ヒンディー語
    bn ベンガル語 pa パンジャーブ語 gu グジャラート語 mr マラーティー語 ne ネパール語
    si シンハラ語 ta タミル語 te テルグ語 kn カンナダ語 ml マラヤーラム語 sa サンスクリット
    pi パーリ語 bo チベット語 my ビルマ語 th タイ語 lo ラーオ語 km クメール語 vi ベトナム語
    id インドネシア語 ms マレー語 tl タガログ語 jv ジャワ語 su スンダ語 haw ハワイ語 mi マオリ語
    sm サモア語 to トンガ語 fj フィジー語 zh 中国語 yue 広東語 ko 朝鮮語 ja 日本語 ain アイヌ語
    eo エスペラント sw スワヒリ語 am アムハラ語 so ソマリ語 ha ハウサ語 yo ヨルバ語 ig イボ語
    zu ズールー語 xh コサ語 af アフリカーンス語 mg マダガスカル語 yi イディッシュ語 ang 古英語
    fro 古フランス語 non 古ノルド語 gem ゲルマン語 cel ケルト語 lb ルクセンブルク語 fy フリジア語
    mt マルタ語 rm ロマンシュ語 sc サルデーニャ語 scn シチリア語 nap ナポリ語 vec ヴェネト語
    co コルシカ語 cop コプト語 akk アッカド語 sux シュメール語 arc アラム語 syr シリア語
    ug ウイグル語 dv ディベヒ語 dz ゾンカ語 qu ケチュア語 ay アイマラ語 gn グアラニー語
    nah ナワトル語 nv ナバホ語 ceb セブアノ語 ryu 沖縄語
""")

#: Of {{JPN}} and the like: ISO 3166's codes, and the Olympic ones where they differ.
COUNTRIES = _pairs("""
    JPN 日本 USA アメリカ合衆国 GBR イギリス FRA フランス DEU ドイツ GER ドイツ ITA イタリア
    ESP スペイン PRT ポルトガル POR ポルトガル NLD オランダ NED オランダ BEL ベルギー
    LUX ルクセンブルク CHE スイス SUI スイス AUT オーストリア LIE リヒテンシュタイン
    IRL アイルランド DNK デンマーク DEN デンマーク NOR ノルウェー SWE スウェーデン
    FIN フィンランド ISL アイスランド EST エストニア LVA ラトビア LAT ラトビア LTU リトアニア
    POL ポーランド CZE チェコ SVK スロバキア HUN ハンガリー SVN スロベニア SLO スロベニア
    HRV クロアチア CRO クロアチア BIH ボスニア・ヘルツェゴビナ SRB セルビア MNE モンテネグロ
    MKD 北マケドニア ALB アルバニア GRC ギリシャ GRE ギリシャ BGR ブルガリア BUL ブルガリア
    ROU ルーマニア MDA モルドバ UKR ウクライナ BLR ベラルーシ RUS ロシア GEO ジョージア
    ARM アルメニア AZE アゼルバイジャン TUR トルコ CYP キプロス MLT マルタ MCO モナコ MON モナコ
    SMR サンマリノ VAT バチカン AND アンドラ XKX コソボ KOS コソボ CHN 中国 PRC 中華人民共和国
    TWN 台湾 TPE チャイニーズタイペイ ROC 中華民国 HKG 香港 MAC マカオ KOR 韓国 ROK 大韓民国
    PRK 北朝鮮 DPRK 朝鮮民主主義人民共和国 MNG モンゴル MGL モンゴル VNM ベトナム VIE ベトナム
    LAO ラオス KHM カンボジア CAM カンボジア THA タイ MMR ミャンマー MYA ミャンマー MYS マレーシア
    MAS マレーシア SGP シンガポール SIN シンガポール IDN インドネシア INA インドネシア
    PHL フィリピン PHI フィリピン BRN ブルネイ TLS 東ティモール IND インド PAK パキスタン
    BGD バングラデシュ BAN バングラデシュ LKA スリランカ SRI スリランカ NPL ネパール NEP ネパール
    BTN ブータン MDV モルディブ AFG アフガニスタン KAZ カザフスタン UZB ウズベキスタン
    KGZ キルギス TJK タジキスタン TKM トルクメニスタン IRN イラン IRI イラン IRQ イラク SYR シリア
    LBN レバノン ISR イスラエル PSE パレスチナ PLE パレスチナ JOR ヨルダン SAU サウジアラビア
    KSA サウジアラビア ARE アラブ首長国連邦 UAE アラブ首長国連邦 QAT カタール BHR バーレーン
    KWT クウェート KUW クウェート OMN オマーン OMA オマーン YEM イエメン EGY エジプト LBY リビア
    LBA リビア TUN チュニジア DZA アルジェリア ALG アルジェリア MAR モロッコ SDN スーダン
    SUD スーダン SSD 南スーダン ETH エチオピア ERI エリトリア DJI ジブチ SOM ソマリア KEN ケニア
    UGA ウガンダ TZA タンザニア TAN タンザニア RWA ルワンダ BDI ブルンジ COD コンゴ民主共和国
    COG コンゴ共和国 GAB ガボン CMR カメルーン CAF 中央アフリカ共和国 TCD チャド CHA チャド
    NER ニジェール NIG ニジェール NGA ナイジェリア NGR ナイジェリア BEN ベナン TGO トーゴ
    TOG トーゴ GHA ガーナ CIV コートジボワール BFA ブルキナファソ BUR ブルキナファソ MLI マリ
    SEN セネガル GMB ガンビア GAM ガンビア GIN ギニア GUI ギニア GNB ギニアビサウ SLE シエラレオネ
    LBR リベリア MRT モーリタニア MTN モーリタニア CPV カーボベルデ ZMB ザンビア ZAM ザンビア
    ZWE ジンバブエ ZIM ジンバブエ MWI マラウイ MAW マラウイ MOZ モザンビーク AGO アンゴラ
    ANG アンゴラ NAM ナミビア BWA ボツワナ BOT ボツワナ ZAF 南アフリカ共和国 RSA 南アフリカ共和国
    LSO レソト LES レソト SWZ エスワティニ MDG マダガスカル MAD マダガスカル MUS モーリシャス
    MRI モーリシャス SYC セーシェル SEY セーシェル COM コモロ CAN カナダ MEX メキシコ
    GTM グアテマラ GUA グアテマラ BLZ ベリーズ BIZ ベリーズ SLV エルサルバドル ESA エルサルバドル
    HND ホンジュラス HON ホンジュラス NIC ニカラグア NCA ニカラグア CRI コスタリカ CRC コスタリカ
    PAN パナマ CUB キューバ JAM ジャマイカ HTI ハイチ HAI ハイチ DOM ドミニカ共和国
    PRI プエルトリコ PUR プエルトリコ BHS バハマ BAH バハマ BRB バルバドス BAR バルバドス
    TTO トリニダード・トバゴ TRI トリニダード・トバゴ GRD グレナダ GRN グレナダ LCA セントルシア
    DMA ドミニカ国 COL コロンビア VEN ベネズエラ GUY ガイアナ SUR スリナム ECU エクアドル
    PER ペルー BOL ボリビア BRA ブラジル PRY パラグアイ PAR パラグアイ URY ウルグアイ
    URU ウルグアイ ARG アルゼンチン CHL チリ CHI チリ AUS オーストラリア NZL ニュージーランド
    PNG パプアニューギニア FJI フィジー FIJ フィジー SLB ソロモン諸島 SOL ソロモン諸島
    VUT バヌアツ VAN バヌアツ WSM サモア SAM サモア TON トンガ TGA トンガ TUV ツバル KIR キリバス
    NRU ナウル NAU ナウル PLW パラオ FSM ミクロネシア連邦 MHL マーシャル諸島
    COK クック諸島 GUM グアム ENG イングランド SCO スコットランド WAL ウェールズ WLS ウェールズ
    NIR 北アイルランド EU 欧州連合 URS ソビエト連邦 SSR ソビエト連邦 YUG ユーゴスラビア
    TCH チェコスロバキア DDR 東ドイツ GDR 東ドイツ FRG 西ドイツ JAPAN 日本 CHINA 中国 KOREA 韓国
    FRANCE フランス GERMANY ドイツ ITALY イタリア SPAIN スペイン RUSSIA ロシア BRAZIL ブラジル
    CANADA カナダ
""")

#: Prefixes of links to the same page in another language: the codes of the Wikipedias.
INTERLANGUAGE = _words("""
    aa ab ace ady af ak als alt am ami an ang anp ar arc ary arz as ast atj av avk awa ay az azb
    ba ban bar bat-smg bbc bcl be be-tarask be-x-old bg bh bi bjn blk bm bn bo bpy br bs bug bxr
    ca cbk-zam cdo ce ceb ch cho chr chy ckb co cr crh cs csb cu cv cy da dag de dga din diq dsb
    dtp dty dv dz ee el eml en eo es et eu ext fa fat ff fi fiu-vro fj fo fon fr frp frr fur fy ga
    gag gan gcr gd gl glk gn gom gor got gpe gsw gu guc gur guw gv ha hak haw he hi hif ho hr hsb
    ht hu hy hyw hz ia iba id ie ig ii ik ilo inh io is it iu ja jam jbo jv ka kaa kab kbd kbp kcg
    kg ki kj kk kl km kn ko koi kr krc ks ksh ku kv kw ky la lad lb lbe lez lfn lg li lij lld lmo
    ln lo lrc lt ltg lv mad mai map-bms mdf mg mh mhr mi min mk ml mn mni mnw mo mr mrj ms mt mus
    mwl my myv mzn na nah nan nap nb nds nds-nl ne new ng nia nl nn no nov nqo nrm nso nv ny oc
    olo om or os pa pag pam pap pcd pcm pdc pfl pi pih pl pms pnb pnt ps pt pwn qu rm rmy rn ro
    roa-rup roa-tara ru rue rw sa sah sat sc scn sco sd se sg sgs sh shi shn si simple sk skr sl
    sm smn sn so sq sr srn ss st stq su sv sw szl szy ta tay tcy te tet tg th ti tk tl tly tn to
    tpi tr trv ts tt tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo vro wa war wo wuu xal xh
    xmf yi yo yue za zea zh zh-classical zh-cn zh-min-nan zh-tw zh-yue zu
""")

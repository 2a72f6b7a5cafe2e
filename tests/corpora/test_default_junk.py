"""What the default recipe must drop, kind by kind, and what looks like it and must stay."""

from __future__ import annotations

import pytest

from corpora.recipe import load
from tests.corpora.trusted import passes

_WARDS = ("千代田", "中央", "港", "新宿", "文京", "台東", "墨田", "江東", "品川", "目黒", "大田")
_TOWNS = ("渋谷", "新宿", "池袋", "横浜", "大阪", "名古屋", "福岡", "札幌")
_TRADES = ("歯医者", "脱毛サロン", "引越し", "不用品回収")
_JOBS = ("コンビニ", "居酒屋", "カフェ", "倉庫", "工場", "警備", "清掃", "介護", "保育")
_WRITTEN = "これは日本語の文章です。文字化けしていると読めません。カタカナも漢字も混ざっています。"
_CHINESE = "本网站提供最新的新闻和信息，欢迎您来访问我们的网站。我们致力于为用户提供高质量的服务。"
_PARTS = (
    "受付を始める",
    "開会の辞",
    "市長の挨拶",
    "来賓の紹介",
    "児童による合唱",
    "功労者の表彰",
    "記念講演の前半",
    "休憩",
    "記念講演の後半",
    "質疑応答",
    "昼食",
    "町並みの見学",
    "資料館の案内",
    "茶会",
    "俳句の発表",
    "閉会の辞",
    "写真の撮影",
    "片付け",
)
_SAID = ("うん", "了解です", "まじ?", "おつかれ", "なるほど", "ほんとそれ")

JUNK = {
    "doorway pages": "".join(
        f"{town}の{trade}なら{town}専門店で{trade}を探している方に{town}の{trade}をおすすめします。"
        for town in _TOWNS
        for trade in _TRADES
    ),
    "one advertisement for each ward": "\n".join(
        f"{ward}区の水漏れ修理・トイレつまりは{ward}区水道センターへ。最短30分で駆けつけます。"
        for ward in _WARDS * 2
    ),
    "jobs by a form": "\n".join(
        f"【{job}】時給{1000 + n * 10}円 未経験歓迎 交通費支給 週2日からOK シフト自由 制服貸与"
        for n, job in enumerate(_JOBS * 3)
    ),
    "consent": "当サイトではCookieを使用しています。閲覧を続けることで、Cookieの使用に同意したもの"
    "とみなされます。詳細はプライバシーポリシーをご覧ください。 すべてのCookieを受け入れる",
    "not found": "お探しのページは見つかりませんでした。"
    "URLが変更されたか、削除された可能性があります。トップページへ戻る",
    "script": "このページを表示するにはJavaScriptを有効にしてください。"
    "お使いのブラウザは対応していません。",
    "login": "会員の方 パスワード ログイン状態を保持する パスワードをお忘れの方はこちら "
    "Facebookでログイン Googleでログイン LINEでログイン",
    "dummy text": "この文章はダミーです。"
    "文字の大きさ、量、字間、行間等を確認するために入れています。",
    "a chat": "\n".join(
        f"[{10 + n // 6}:{n * 7 % 60:02}] {'太郎' if n % 2 else '花子'}: {_SAID[n % 6]}"
        for n in range(30)
    ),
    "a chat, exported": "\n".join(
        f"{10 + n // 6}:{n * 7 % 60:02}\t{'太郎' if n % 2 else '花子'}\t{_SAID[n % 6]}、{n}番ね"
        for n in range(30)
    ),
    "links": "\n".join(f"リンク{n} http://www.example{n}.co.jp/a/{n * 37}/" for n in range(30)),
    "a calendar": "2023年4月\n日 月 火 水 木 金 土\n" + " ".join(map(str, range(1, 31))) * 2,
    "prices": "\n".join(
        f"商品コード{1000 + n} スニーカー {22 + n % 7}cm 黒 {n},800円(税込)" for n in range(40)
    ),
    "a chorus": "君を愛してる 君を愛してる\nずっとずっと離さない\nラララ ラララ\n" * 14,
    "a board": "\n".join(
        f"{n}: 名無しさん 2019/08/{n % 28 + 1:02}(日) 15:28:{n:02} ID:eBvZg8h{n}\nそれな"
        for n in range(1, 40)
    ),
    "Chinese": _CHINESE,
    "Korean": "오늘은 서울에 비가 내렸습니다. 내일은 맑을 것으로 예상됩니다. " * 3,
    "romanised": "Watashi wa gakusei desu. Kinou wa tomodachi to Kyoto e ikimashita. " * 3,
    "wrong codec: UTF-8 as CP932": _WRITTEN.encode().decode("cp932", "replace"),
    "wrong codec: UTF-8 as Latin-1": _WRITTEN.encode().decode("latin-1"),
    "wrong codec: EUC-JP as CP932": _WRITTEN.encode("euc_jp").decode("cp932", "replace"),
    "wrong codec: CP932 as Latin-1": _WRITTEN.encode("cp932").decode("latin-1"),
    "wrong codec: CP932 as GBK": _WRITTEN.encode("cp932").decode("gbk", "replace"),
    "names": "、".join(f"佐藤{name}" for name in "太郎花子一郎健二誠三" * 4),
}

REAL = {
    "on a consent banner": "総務省は、利用者の端末から外部へ情報を送る仕組みに新しい規律を設けた。"
    "「Cookieの使用に同意する」という帯を見る機会が増えたのはこのためだ。ただし帯を出せば足りるわけ"
    "ではなく、何がどこへ送られるのかを利用者に分かるように示さなければならない。",
    "a programme": "\n".join(f"{9 + n // 2}:{n % 2 * 3}0 {what}" for n, what in enumerate(_PARTS))
    + "\n式典の後は会場を移し、参加者による懇談の時間を設けた。雨の中を多くの人が集まった。",
    "on an illness": "子宮頸がんの多くはウイルスの感染で起こる。感染は性行為による。"
    "コンドームだけでは防ぎきれないため、初めてのセックスの前にワクチンを受けることが勧められている。接種の痛みで気分が"
    "悪くなる人がいるので、しばらく座って様子を見る。二十歳を過ぎたら検診も受けたい。費用の一部は自治体"
    "が負担する。まれに強い副作用が報告されており、国が調べを続けている。心配なら医師に相談するとよい。"
    "検診では、細胞を少し取って顕微鏡で調べる。痛みはほとんどない。早く見つかれば治る病気である。",
}
# NFKC makes three periods of each …, and the run goes on over the line's end.
_STORY = (
    "丘の上に古い天文台があった。守をする老人は、夜ごと望遠鏡の埃を払い、誰も読まない日誌をつけた。"
    "ある晩、隣村の娘が道に迷って戸を叩いた。老人は湯を沸かし、土星の環を見せてやった。"
    "娘は声も出さずに長いあいだ覗いていたが、やがて帰り道を尋ねた。"
    f"\n{'…' * 34}\n{'…' * 34}\n"
    "三十年たって、娘は孫の手を引いて丘へ登った。建物は崩れ、草の中に真鍮の筒だけが光っていた。"
    "拾いあげて空へ向けると、埃のむこうに小さな環が見えたような気がした。"
    "孫は石を積んで遊んでいる。風が麦畑を渡り、遠くで汽車の笛が鳴った。"
)
REAL["dotted lines in a story"] = (
    _STORY.replace("。", "。\n") + REAL["on an illness"] + REAL["on a consent banner"]
)


@pytest.mark.parametrize("kind", JUNK)
def test_the_default_recipe_drops(kind: str) -> None:
    assert not passes(JUNK[kind], load("default"))


@pytest.mark.parametrize("kind", REAL)
def test_the_default_recipe_keeps(kind: str) -> None:
    assert passes(REAL[kind], load("default"))

# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 我们对什么没把握 · What are we unsure of
#
# 一个净现值说明不了什么。这里看：它会散到哪里，哪个输入推得动它，先弄清什么划算，方案之间谁压得住谁，到哪里会换人领先，换个算法还站不站得住；最后看结论是怎么定下来的，又怎样会翻过来。数都出自报告用的那一份 `Decision`；另外跑的几遍，是为了核对和对照。
#
# One net present value says little. Here: how far it spreads, which input moves it, what is worth finding out first, which option beats which, where the lead passes on, whether it survives other ways of computing; and last how the verdict came about and what turns it. The numbers are those of the `Decision` that the report prints; the few further runs check it or stand beside it.
#
# 换语言、换案例：改下面这一格，再全部重跑。
#
# For the other language or another case: change the next cell and run all.

# %%
from templates import ROOT

LANGUAGE = "zh-CN"  # "zh-CN" | "en"
CASE = ROOT.parent / "examples" / "machinery-maker" / "case.yaml"

# %%
from dataclasses import replace

import numpy as np
from IPython.display import Markdown, display

from assessment import assess, load_case
from reports import charts, verdict
from reports.figures import As
from reports.language import language
from reports.notebook import Notebook, listed
from reports.sections.desk import Desk
from reports.sections.risk import risk, source
from reports.sections.robustness import robustness
from roi.quantities import ASSUMPTIONS
from roi.sensitivity import evppi_of_groups
from roi.simulation import npv_of, run

words = language(LANGUAGE)
loaded = load_case(CASE)
decision = assess(loaded)
desk = Desk(decision, words)
notebook = Notebook(desk)
say, money, table = notebook.say, notebook.money, notebook.table
printer, figures, option = desk.printer, desk.figures, desk.standing.subject
names = {one.id: desk.short(one) for one in decision.options}
uncertain, sturdy = risk(desk).data, robustness(desk).data  # what the report says of it

# %% [markdown]
# ## 1. 净现值会散到哪里 · How far net present value spreads
#
# 看零线左边有多少，再看两头的二十分之一。
#
# 别读错：最高的地方不是“结果”，平均数也不是“最可能”。两个方案的山重叠，不等于分不出高下：它们是在同一次抽签里比的，见第六节。
#
# Look at what lies left of nothing, then at the outer twentieths.
#
# A wrong reading: the peak is not the result, and the mean is not the most likely. Hills that overlap can still be ranked: options meet in the same draw, see part 6.

# %%
display(*notebook.drawn(uncertain["picture"]), notebook.reported(uncertain["table"]))

# %% [markdown]
# ## 2. 哪个输入推得动它 · Which input moves it
#
# 一次只动一个输入。跨过零线的那几条，够得着“赚还是亏”。
#
# 别读错：条长不等于值得去查。条再长，若不论高低都选同一个方案，查了也白查；而且现实里它们不会一次只动一个。
#
# One input at a time. Bars across nothing can turn gain into loss.
#
# A wrong reading: a long bar need not be worth measuring. If the choice is the same at both ends, knowing changes nothing; and in life inputs do not move one at a time.

# %%
tornado = uncertain["tornado"]
display(*notebook.drawn(tornado and tornado["picture"]))

# %%
what, low, high = (say(f"column.{column}") for column in ("input", "npv_low", "npv_high"))
ends = {low: "npv_low", high: "npv_high"}
table(
    [
        {what: desk.input_alone(bar.name)}
        | {head: printer(figures[f"bar.{bar.name}.{end}"]) for head, end in ends.items()}
        for bar in decision.tornado[:15]
    ],
    *ends,
)

# %% [markdown]
# ## 3. 什么值得先弄清 · What is worth knowing
#
# “最多值”是决定之前把它彻底弄清、再选最好的方案，平均能多得多少钱。去查它的花费要是比这还多，就不必查。与零分不开的，不用查。
#
# 别读错：不能相加。效果之间互相牵连，弄清一项，等于也弄清了别的几项的一部分；一起弄清值多少，看第二张表。
#
# “Worth at most” is what one gains on average by knowing it fully before choosing. If finding out costs more, do not; if it cannot be told from nothing, do not.
#
# A wrong reading: these do not add up. Effects hang together, so knowing one tells part of the others; the second table has them known together.

# %%
worth, error = (say(f"column.{column}") for column in ("worth", "error"))


def worths(together):
    """What is more than noise, and how much else there is."""
    items = [one for one in decision.evppi if (one.kind == "group") == together]
    sound = [one for one in items if not one.is_noise]
    rows = [
        {
            what: source(desk, one.name, one.members),
            worth: printer(figures[f"worth.{one.name}"]),
            error: money(one.se),
        }
        for one in sound
    ]
    display(table(rows, worth, error))
    display(Markdown(say("noise", count=words.number(len(items) - len(sound)))))


display(Markdown(say("evpi", value=printer(figures["evpi"]))))
worths(together=False)

# %%
worths(together=True)

# %% [markdown]
# ## 4. 真去弄清，花多少、得多少 · What finding out really costs and brings
#
# 从左往右看：彻底弄清最多值多少；查一次、试一次只能弄清其中几成，所以打个折；再减去花费，减去晚定这些天少赚的，剩下的是正数才值得做。
#
# 别读错：试点“值多少”不是试点期间赚的钱，而是试完以后少选错的好处。试出来不行、因此没买，少亏的也算在里面。
#
# From left to right: what full knowledge would be worth; a measurement or a pilot resolves only part of it, so it is worth less; then cost and delay come off, and something must be left.
#
# A wrong reading: a pilot’s value is not money earned during the pilot. It is fewer wrong choices afterwards, and a loss avoided by not buying is part of it.

# %%
done = run(loaded.model)
parts = ("value", "cost", "weeks", "delay", "net")
heads = {part: desk.say(f"risk.learning.head.{part}") for part in ("what", *parts)}
resolves = say("column.resolves")


def finding_out(one):
    """One measurement or pilot: knowing all it touches, the part it resolves, and what that leaves."""
    ((most, se),) = evppi_of_groups([np.stack([done.inputs[name] for name in one.members], 1)], done.npv)
    act = desk.say("risk.learning.desk", input=desk.input(one.name))
    if one.option:
        act = desk.say("risk.learning.pilot", option=desk.called(decision.option(one.option)))
    row = {heads["what"]: act, worth: money(most, se=se), resolves: words.share(one.resolves)}
    return row | {heads[part]: printer(figures[f"learning.{one.name}.{part}"]) for part in parts}


rows = [finding_out(one) for one in decision.evsi]
display(table(rows, worth, resolves, *(heads[part] for part in parts)))
display(Markdown(say("evpi", value=printer(figures["evpi"]))), Markdown(verdict.worth_learning(desk)))

# %% [markdown]
# ## 5. 波动从哪里来 · Where the spread comes from
#
# 净现值的方差，按来源分，只列百分之一以上的。互相牵连的输入只能算作一组，组里有什么，见最后一列。
#
# 别读错：占得多不等于值得查（那要看第三节），占得少也不等于不重要：定死的数占零，可能只是没人敢给范围。
#
# The variance of NPV by source, from one hundredth up. Inputs that hang together count as one group; the last column says which.
#
# A wrong reading: a large share is not worth measuring for that alone (see part 3), and a small one is not unimportant: a fixed number has none, perhaps because nobody dared to give a range.

# %%
first, whole, members = (say(f"column.{column}") for column in ("first", "total", "members"))


def within(share):
    """The questions that hang together in a group."""
    questions = list(dict.fromkeys(desk.input_alone(name) for name in share.members))
    return desk.listed(questions) if len(questions) > 1 else ""


table(
    [
        {
            what: source(desk, one.name, one.members),
            first: words.share(one.first),
            whole: words.share(one.total),
            members: within(one),
        }
        for one in decision.variance_shares
        if one.total >= 0.01
    ],
    first,
    whole,
)

# %% [markdown]
# ## 6. 谁压得住谁 · Which option beats which
#
# 表里是同一次抽签中，这一行的方案比那一列净现值高的机会。下面几句比的是整个分布，不是某一次。
#
# 别读错：十次赢六次，不等于平均多赚：输的四次可能输得多。第一节的平均数和这里的机会要一起看。
#
# The chance that the option of the row beats that of the column in the same draw. The sentences below compare whole distributions, not single draws.
#
# A wrong reading: winning six times in ten is not earning more on average, for the four may be lost badly. Read it with the means of part 1.

# %%
pairs = decision.comparison.pairs
beats = {(pair.one, pair.other): printer(figures[f"beats.{pair.one}~{pair.other}"]) for pair in pairs}
corner = desk.say("options.head.option")
rows = [
    {corner: names[one]} | {names[other]: beats.get((one, other), desk.none) for other in names}
    for one in names
]
table(rows, *names.values(), caption=say("beats"))

# %%
orders = {1: "dominates.first", 2: "dominates.second"}
found = [
    say(orders[pair.dominance], one=names[pair.one], other=names[pair.other])
    for pair in pairs
    if pair.dominance
]
listed(found or [say("dominates.none")])

# %% [markdown]
# ## 7. 到哪里会换人领先 · Where the lead passes on
#
# 只把一个输入定在某个值上，其余照样上下变动。改变的地方离居中的值越近，结论越悬在这个数上。
#
# 别读错：没列出来的输入不是不要紧，只是单独动它，在它自己的范围里改变不了谁领先；两个一起动，照样可能换人。换了领先的，也不等于亏。
#
# One input is set, the others keep varying. The nearer the change to the middle value, the more the choice hangs on that number.
#
# A wrong reading: an input that is not listed is not unimportant. Alone and within its range it does not change who leads; two together may. And another leader does not mean a loss.

# %%
switching = uncertain["switching"]
display(Markdown(f"{switching['title']}\n\n{switching['text']}"))
display(notebook.reported(switching["table"]), Markdown(switching["others"]))

# %% [markdown]
# 不信就试：把案例里排在前面的几个数改到那个值的两边，各重算一遍。领先的要是没换人，这一格会报错。
#
# Do not take it on trust: the case is run anew with each of the first few on either side of its value. If the leader stayed the same, this cell would fail.

# %%
set_to, leader, ahead = (say(f"column.{column}") for column in ("set_to", "leader", "ahead"))


def around(one):
    """Values on either side of where the best option changes, clear of the error."""
    step = (one.high - one.low) / 50 + 3 * one.se
    return float(f"{one.value - step:.3g}"), float(f"{one.value + step:.3g}")


def can_be_set(one):
    """Whether it switches well within its range, and is an input that the case may state."""
    if one.value is None or not one.low < min(around(one)) < max(around(one)) < one.high:
        return False
    owner, dot, _ = one.name.partition(".")
    return not decision.option(owner).added if dot else owner in ASSUMPTIONS


def sides(one):
    """The case on either side: who has the highest mean NPV, and how far ahead of the next."""
    winners = []
    for value in around(one):
        means = npv_of(load_case(CASE, [f"{one.name}={value}"]).model).mean(axis=0)
        second, best = np.argsort(means)[-2:]
        winners.append(decision.options[best].id)
        figure = replace(figures[f"switch.{one.name}"], numbers=(value,), se=None)
        yield {
            what: desk.input(one.name),
            set_to: printer(As(figure, "stated")),
            leader: names[winners[-1]],
            ahead: money(means[best] - means[second]),
        }
    expected = [desk.standing.best.id, one.to]
    np.testing.assert_array_equal(winners, expected if one.above else expected[::-1])


nearest = sorted(
    filter(can_be_set, decision.switching_values),
    key=lambda one: abs(one.value - one.now) / (one.high - one.low),
)
table([row for one in nearest[:3] for row in sides(one)], set_to, ahead)

# %% [markdown]
# ## 8. 多少人、用几年 · How many users, how many years
#
# 先看黑框在哪一块里，再看它离边界有几格：隔得远，人数和年数估得粗一点也不要紧。
#
# 别读错：图上只动人数和年数，线索、客户和单价都没跟着变。人多了而生意没多，收益未必跟着涨。
#
# See in which area the frame lies, then how many squares off the border: far from it, users and years need not be known exactly.
#
# A wrong reading: only users and years change here; leads, customers and prices stay. More people with no more business need not bring more.

# %%
display(*notebook.drawn(sturdy["map"]["picture"]))
listed([one.text for one in sturdy["crossovers"]])

# %% [markdown]
# ## 9. 一起好、一起坏 · A common cause
#
# 各项效果都要靠人用，所以一起好、一起坏。要是当成各自碰运气，好坏互相抵消，净现值就散得窄得多。两行的输入完全一样，只差相关程度。平均数也会动：使用率和效果是相乘的，一起好的时候格外好。
#
# 别读错：下面那一行不是另一种可能，而是一个常犯的错误；放在这里，是让人看见它藏掉了多少。
#
# All effects need people to use the tool, so they succeed and fail together. Taken as independent, good and bad luck cancel, and NPV spreads far less. Both rows have the same inputs and differ only in correlation. The mean moves too: adoption multiplies the effects, and going well together goes very well.
#
# A wrong reading: the lower row is not another possibility. It is a common mistake, shown to see how much it hides.

# %%
apart = Desk(assess(load_case(CASE, ["settings.effect_correlation=0"])), words)
both = {say("together"): desk, say("apart"): apart}


def spread(label, one):
    """The option looked at, drawn as in part 1."""
    result, key = one.decision.option(option.id), f"{option.id}.npv"
    loss = one.printer(one.figures[f"{option.id}.p_loss"])
    printed = say("mean_and_loss", mean=one.printer(one.figures[key]), loss=loss)
    edges, shares = result.npv_histogram.edges, result.npv_histogram.shares
    return charts.Spread(label, tuple(edges), tuple(shares), result.npv.mean, printed)


rows = [spread(label, one) for label, one in both.items()]
ends = [0.0, *(edge for row in rows for edge in row.edges)]
chart = charts.spreads(rows, desk.axis(min(ends), max(ends)), charts.WIDE)
notebook.picture(chart, say("picture.together", option=names[option.id]))

# %%
points = {desk.say(f"risk.head.{point}"): point for point in ("p5", "p25", "median", "p75", "p95")}
rows = [
    {names[option.id]: label}
    | {head: printer(desk.quantile(one.figures[f"{option.id}.npv"], point)) for head, point in points.items()}
    | {say("column.evpi"): printer(one.figures["evpi"])}
    for label, one in both.items()
]
table(rows, *points, say("column.evpi"))

# %% [markdown]
# ## 10. 换个算法 · Computed otherwise
#
# 看最后一列：换了哪种算法，领先的就换了人。去掉靠估计的收益就站不住，说明该先去把那几个数量准。
#
# 别读错：这几行不是几种可能的将来，也不能挑一行好看的来用；它们只说明结论踩在哪块石头上。
#
# The last column tells under which way of computing another option leads. A lead that does not survive without guesses says which numbers to measure first.
#
# A wrong reading: the rows are not possible futures, nor a choice of results. They show what the conclusion stands on.

# %%
display(listed([one.text for one in sturdy["lead"]]), notebook.reported(sturdy["table"]))

# %% [markdown]
# ## 11. 结论是怎么定的 · How the verdict came about
#
# 规则排成一队，从头问起，第一条成立的说了算，后面的不再问。先看是哪条，再看它离界限有多远：差得不多，就别当成铁板钉钉。
#
# 别读错：结论不等于“平均数最高的那个”。排在前面的规则（没人管、值得先量、值得先试）成立了，账再好看也轮不到买。
#
# Rules stand in a row and the first that holds decides. See which one, then how far from its limit: a narrow margin is no certainty.
#
# A wrong reading: the verdict is not the option with the highest mean. Where an earlier rule holds (nobody in charge, something worth measuring or trying first), no sum however good gets to buying.

# %%
notebook.verdicts(now=desk)

# %%
GATES = ("owner_named", "leader_uses_it")  # yes or no, not an amount

rule, figure, limit, state = (say(f"column.{column}") for column in ("rule", "figure", "limit", "state"))
judged = {"fired": decision.verdict.fired, "near": decision.verdict.near}
rows = [
    {
        rule: say(f"test.{test.name}"),
        figure: desk.none if test.name in GATES else printer(figures[f"{which}.{test.name}"]),
        limit: desk.none if test.name in GATES else printer(figures[f"{which}.{test.name}.limit"]),
        state: say(which),
    }
    for which, tests in judged.items()
    for test in tests
]
display(table(rows, figure, limit))
if not decision.verdict.near:
    display(Markdown(say("near.none")))

# %% [markdown]
# ## 12. 把它翻过来 · Turning it
#
# 只改一个回答，看结论怎么翻。写法与命令行的 `--set` 一样，也可以换成第七节里的输入试试。
#
# 别读错：没有人管，账上的净现值一分没变，结论却变了。这不是算错：那些收益本来就要有人管才来。
#
# One answer is changed, written as for `--set` on the command line; try an input of part 7, too.
#
# A wrong reading: with nobody in charge no NPV changes, yet the verdict does. That is no mistake: those benefits come only if somebody sees to it.

# %%
CHANGE = "answers.readiness.owner_named=false"

changed = Desk(assess(load_case(CASE, [CHANGE])), words)
notebook.verdicts(before=desk, after=changed)

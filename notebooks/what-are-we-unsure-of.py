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
# 一个净现值说明不了什么。这里看：它会散到哪里，哪个输入推得动它，哪个输入值得先去弄清，方案之间谁压得住谁，以及“大家用不用”这个共同原因有多要紧。
#
# One net present value says little. Here: how far it spreads, which input moves it, which is worth finding out first, which option beats which, and how much the common cause matters, whether people use the thing.
#
# 换语言、换案例：改下面这一格，再全部重跑。
#
# For the other language or another case: change the next cell and run all.

# %%
from templates import ROOT

LANGUAGE = "zh-CN"  # "zh-CN" | "en"
CASE = ROOT.parent / "examples" / "machinery-maker" / "case.yaml"

# %%
from itertools import permutations

import altair as alt
import numpy as np
import pandas as pd
from IPython.display import SVG, Markdown, display

from assessment import assess, load_case
from reports import charts
from reports.language import language
from reports.sections.desk import Desk
from roi.sampling import COMMON
from roi.sensitivity import evpi
from roi.simulation import run
from roi.statistics import summary
from roi.uncertainty import best_of, uncertainty
from roi.what_if import chance_of_beating, dominates

words = language(LANGUAGE)
loaded = load_case(CASE)
decision = assess(loaded)
desk = Desk(decision, words)
done = run(loaded.model)
said = uncertainty(done)
option = best_of(done, bought=True) or best_of(done, bought=False)
names = {one.id: desk.name(one) for one in decision.options}


def say(key, **values):
    """A sentence of this notebook, in the language chosen above."""
    return words.text(f"notebook.{key}", **values)


def money(amount, **manner):
    return words.money(amount, decision.currency, **manner)


def called(name):
    """What people call an input, an event, or a group of inputs."""
    if name == COMMON:
        return say("common")
    if name.startswith("@"):
        return say("every_option", name=question(name[1:]))
    return desk.listed([desk.input(one) for one in name.split(" – ")])


def brief(name):
    """The same without the option looked at, where it is the only one."""
    return called(name).removeprefix(words.text("terms.word.option_input", option=names[option.id], input=""))


def question(name):
    """What every option answers for itself; cost lines and own lines are called as the case calls them."""
    labels = [label for one, label in desk.labels.items() if one.rpartition(".")[2] == name]
    return (labels or [words.named(name, inline=False)])[0]


def table(rows, *numbers):
    """Rows as a table: words to the left, the columns named to the right."""
    if not rows:
        return Markdown(say("nothing"))
    frame = pd.DataFrame(rows)
    side = {column: "right" if column in numbers else "left" for column in frame}
    styles = {column: [{"selector": "", "props": f"text-align: {side[column]}"}] for column in frame}
    style = frame.style.hide(axis="index").set_table_styles(styles, overwrite=False)
    return style.set_properties(subset=list(numbers), **{"white-space": "nowrap"})


def picture(chart, title):
    return SVG(charts.svg(chart, title, LANGUAGE, f"{charts.FONT}, sans-serif"))


def plain_style(chart):
    chart = chart.configure(font=charts.FONT).configure_view(stroke=None)
    style = {"titleFontWeight": "normal", "labelLimit": 300, "domain": False, "ticks": False}
    return chart.configure_axis(gridColor=charts.HAIRLINE, **style)


# %% [markdown]
# ## 1. 净现值会散到哪里 · How far net present value spreads
#
# 看零线左边有多少，再看两头的二十分之一。越高的地方出现得越多，虚线是平均数。
#
# 别读错：最高的地方不是“结果”，平均数也不是“最可能”。两个方案的山重叠，不等于分不出高下：它们是在同一次抽签里比的，见第五节。
#
# Look at what lies left of nothing, then at the outer twentieths. The higher, the more often; dashed is the mean.
#
# A wrong reading: the peak is not the result, and the mean is not the most likely. Hills that overlap can still be ranked: options meet in the same draw, see part 5.

# %%
npv = {one: result.draws.npv for one, result in done.results.items()}
ranked = sorted((one for one in npv if np.ptp(npv[one])), key=lambda one: -npv[one].mean())


def histograms(draws):
    """One below the other over the same axis, without the outermost hundredth of the draws."""
    rows = []
    for label, values in draws.items():
        counts, edges = np.histogram(values, 40, np.quantile(values, [0.005, 0.995]))
        printed = say("mean_and_loss", mean=money(values.mean()), loss=words.share((values < 0).mean()))
        rows.append(charts.Spread(label, tuple(edges), tuple(counts / values.size), values.mean(), printed))
    ends = [0.0, *(edge for row in rows for edge in row.edges)]
    return charts.spreads(rows, desk.axis(min(ends), max(ends)), charts.WIDE)


picture(histograms({names[one]: npv[one] for one in ranked}), say("picture.spreads"))

# %%
quantiles = {one: say(f"column.{one}") for one in ("p5", "p25", "median", "p75", "p95")}
corner = desk.say("options.head.option")
table(
    [
        {corner: names[one]}
        | {head: desk.printer(desk.figures[f"{one}.npv"].at(point)) for point, head in quantiles.items()}
        for one in ranked
    ],
    *quantiles.values(),
)

# %% [markdown]
# ## 2. 哪个输入推得动它 · Which input moves it
#
# 一次只动一个输入，从“十次里一次更低”到“十次里一次更高”，其余放在中间。空心是低值，实心是高值。跨过零线的那几条，够得着“赚还是亏”。
#
# 别读错：条长不等于值得去查。条再长，若不论高低都选同一个方案，查了也白查；而且现实里它们不会一次只动一个。
#
# One input at a time, from undercut one time in ten to exceeded one time in ten, the others in the middle. Hollow: low; solid: high. Bars across nothing can turn gain into loss.
#
# A wrong reading: a long bar need not be worth measuring. If the choice is the same at both ends, knowing changes nothing; and in life inputs do not move one at a time.

# %%
bars = said.tornado[:12]
scale = 10**desk.printer.power


def stated(bar, value):
    """One end of a bar, as a person would say it."""
    if bar.name.endswith(".abandon"):
        return say("happens" if value else "does_not_happen")
    return words.value(value, desk.figures[f"input.{bar.name}"].unit, decision.currency, bar.name)


ends = pd.DataFrame(
    [
        {"input": brief(bar.name), "end": say(f"at_{end}"), "npv": getattr(bar, f"npv_{end}") / scale}
        for bar in bars
        for end in ("low", "high")
    ]
)
order = alt.Y("input:N", sort=None, title=None, axis=alt.Axis(grid=True))
base = alt.Chart(ends, width=300, height=19 * len(bars))
scale_x = alt.X("npv:Q", title=desk.unit, axis=alt.Axis(tickCount=6))
lines = base.mark_line(color=charts.QUIET, strokeWidth=1.5).encode(x=scale_x, y=order, detail="input:N")
labels = [say("at_low"), say("at_high")]
fill = alt.Scale(domain=labels, range=["white", charts.GAIN])
dots = base.mark_point(size=55, stroke=charts.GAIN, opacity=1).encode(
    x="npv:Q", y=order, fill=alt.Fill("end:N", scale=fill, legend=alt.Legend(title=None, orient="top"))
)
nothing = alt.Chart(pd.DataFrame({"npv": [0.0]})).mark_rule(color=charts.INK).encode(x="npv:Q")
picture(plain_style(nothing + lines + dots), say("picture.tornado", option=names[option.id]))

# %%
what, moves, low, high = (say(f"column.{column}") for column in ("input", "ends", "npv_low", "npv_high"))
table(
    [
        {
            what: brief(bar.name),
            moves: say("ends", low=stated(bar, bar.low), high=stated(bar, bar.high)),
            low: money(bar.npv_low),
            high: money(bar.npv_high),
        }
        for bar in bars
    ],
    low,
    high,
)

# %% [markdown]
# ## 3. 什么值得先弄清 · What is worth knowing
#
# “最多值”是决定之前把它彻底弄清、再选最好的方案，平均能多得多少钱。去查它的花费要是比这还多，就不必查。与零分不开的，不用查。
#
# 别读错：不能相加。效果之间互相牵连，弄清一项，等于也弄清了别的几项的一部分；一起弄清值多少，看第二张表。这是上限，真去试点只能弄清一部分。
#
# “Worth at most” is what one gains on average by knowing it fully before choosing. If finding out costs more, do not; if it cannot be told from nothing, do not.
#
# A wrong reading: these do not add up. Effects hang together, so knowing one tells part of the others; the second table has them known together. And it is a ceiling: a trial tells only part.

# %%
worth, error = (say(f"column.{column}") for column in ("worth", "error"))


def worths(items):
    """What is more than noise, and how much else there is."""
    sound = [item for item in items if not item.is_noise]
    rows = [
        {what: called(item.name), worth: money(item.value, se=item.error), error: money(item.error)}
        for item in sound
    ]
    display(table(rows, worth, error))
    display(Markdown(say("noise", count=words.number(len(items) - len(sound)))))


display(Markdown(say("evpi", value=money(said.evpi))))
worths(said.evppi)

# %%
worths(said.groups)

# %% [markdown]
# ## 4. 波动从哪里来 · Where the spread comes from
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
    questions = list(dict.fromkeys(question(one.rpartition(".")[2]) for one in share.members))
    return desk.listed(questions) if len(questions) > 1 else ""


table(
    [
        {
            what: brief(one.name),
            first: words.share(one.first),
            whole: words.share(one.total),
            members: within(one),
        }
        for one in said.variance
        if one.total >= 0.01
    ],
    first,
    whole,
)

# %% [markdown]
# ## 5. 谁压得住谁 · Which option beats which
#
# 表里是同一次抽签中，这一行的方案比那一列净现值高的机会。下面几句比的是整个分布，不是某一次。
#
# 别读错：十次赢六次，不等于平均多赚：输的四次可能输得多。第一节的平均数和这里的机会要一起看。
#
# The chance that the option of the row beats that of the column in the same draw. The sentences below compare whole distributions, not single draws.
#
# A wrong reading: winning six times in ten is not earning more on average, for the four may be lost badly. Read it with the means of part 1.

# %%
chances = chance_of_beating(list(npv.values()))
display(Markdown(say("beats")))
table(
    [
        {corner: names[one]}
        | {
            names[other]: desk.none if one == other else words.share(chance)
            for other, chance in zip(npv, row, strict=True)
        }
        for one, row in zip(npv, chances, strict=True)
    ],
    *names.values(),
)

# %%
orders = {1: "dominates.first", 2: "dominates.second"}
found = [
    say(orders[order], one=names[one], other=names[other])
    for one, other in permutations(npv, 2)
    if (order := dominates(npv[one], npv[other]))
]
Markdown("\n".join(f"- {sentence}" for sentence in found) or say("dominates.none"))

# %% [markdown]
# ## 6. 一起好、一起坏 · A common cause
#
# 各项效果都要靠人用，所以一起好、一起坏。要是当成各自碰运气，好坏互相抵消，净现值就散得窄得多。两行的输入完全一样，只差相关程度。平均数也会动：使用率和效果是相乘的，一起好的时候格外好。
#
# 别读错：下面那一行不是另一种可能，而是一个常犯的错误；放在这里，是让人看见它藏掉了多少。
#
# All effects need people to use the tool, so they succeed and fail together. Taken as independent, good and bad luck cancel, and NPV spreads far less. Both rows have the same inputs and differ only in correlation. The mean moves too: adoption multiplies the effects, and going well together goes very well.
#
# A wrong reading: the lower row is not another possibility. It is a common mistake, shown to see how much it hides.

# %%
independent = run(load_case(CASE, ["settings.effect_correlation=0"]).model)
both = {say("together"): done, say("apart"): independent}
drawn = {label: one.results[option.id].draws.npv for label, one in both.items()}
picture(histograms(drawn), say("picture.together", option=names[option.id]))

# %%
heads = [*quantiles.values(), say("column.evpi")]


def row(label, one):
    """NPV where the report has it, and what knowing everything would be worth."""
    found = summary(drawn[label], one.results[option.id].likely.npv[0])
    cells = [money(found.quantiles[point], se=found.se.get(point)) for point in quantiles]
    return {names[option.id]: label} | dict(zip(heads, [*cells, money(evpi(one.npv))], strict=True))


table([row(label, one) for label, one in both.items()], *heads)

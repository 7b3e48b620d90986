# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 现成、无代码、定制，选哪个 · SaaS against no-code against custom
#
# 定了要买，还有买哪一种。这里先比花多少钱：看几年、钱花在哪、人数和改动多到什么程度会换人领先；再比合不合用：要求满足多少，打分谁高，权重一改名次变不变；最后把钱和分数摆在一起，看照打分选要付多大代价。数与报告一致，对不上的格子会报错。
#
# Once it is yes, the question is which. First what each costs: over which years, on what, and from how many users or changes on another is ahead. Then how each fits: requirements met, scores, and whether other weights would rank otherwise. Last, money beside scores, and what choosing by scores costs. Numbers are the report's; a cell that differs from it fails.
#
# 换语言、换案例：改下面这一格，再全部重跑。
#
# For the other language or another case: change the next cell and run all.

# %%
from templates import ROOT

LANGUAGE = "zh-CN"  # "zh-CN" | "en"
CASE = ROOT.parent / "examples" / "machinery-maker" / "case.yaml"

# %%
import altair as alt
import numpy as np
import pandas as pd
from IPython.display import display

from assessment import assess, load_case
from assessment.bank import threshold
from assessment.selection import rank_acceptability, ranks, topsis, weighted_sum
from reports import charts
from reports.language import language
from reports.notebook import Notebook, listed
from reports.sections.contract import by_horizon
from reports.sections.desk import Desk
from reports.sections.robustness import robustness
from reports.sections.selection import selection
from roi.simulation import npv_of, run

words = language(LANGUAGE)
loaded = load_case(CASE)
decision = assess(loaded)
desk = Desk(decision, words)
notebook = Notebook(desk)
say, money, framed = notebook.say, notebook.money, notebook.framed
names = {one.id: str(desk.short(one)) for one in decision.options}
chosen, sturdy = selection(desk).data, robustness(desk).data  # what the report says of it
priced = [one for one in decision.options if one.tco.by_category]


def lines(frame, across, unit):
    """Columns of a table as lines over its index."""
    data = frame.rename(columns=names).melt(ignore_index=False, var_name="option", value_name="amount")
    legend = alt.Legend(orient="top", columns=2, labelLimit=300, symbolType="stroke", title=None)
    labels = [names[one] for one in frame]
    colours = alt.Scale(domain=labels, range=[charts.GAIN, charts.COST, "#009e73", charts.INK, charts.QUIET])
    dashes = alt.Scale(domain=labels, range=[[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3]])
    chart = alt.Chart(data.reset_index(names="across"), width=420, height=170, title=unit).mark_line()
    chart = chart.encode(
        x=alt.X("across:Q", title=across, axis=alt.Axis(grid=False)),
        y=alt.Y("amount:Q", title=None, axis=alt.Axis(format=",~r")),
        color=alt.Color("option:N", scale=colours, legend=legend),
        strokeDash=alt.StrokeDash("option:N", scale=dashes, legend=legend),
    )
    chart = chart.configure(font=charts.FONT).configure_view(stroke=None)
    chart = chart.configure_title(anchor="start", fontSize=10, fontWeight="normal")
    return notebook.picture(chart.configure_axis(titleFontWeight="normal", titleFontSize=10), across)


# %% [markdown]
# ## 1. 看几年，花多少 · What it costs, by horizon
#
# 一年、三年、五年各看一遍：一次性投入大的，年头越长摊得越薄；按人按年收费的，正好相反。
#
# 别读错：便宜不等于划算。这里只有花的钱，没有赚的钱；“每人每月”要和报价单上的单价比，才知道报价之外还有多少。
#
# One, three and five years: what is paid once is spread thinner, what is paid by head and year is not.
#
# A wrong reading: cheap is not the same as worth it, for only costs stand here. Held against the price in the quote, the cost per head and month shows how much no quote shows.

# %%
notebook.reported(by_horizon(desk, priced))

# %% [markdown]
# ## 2. 钱花在哪 · On what
#
# 看两列差在哪几行。报价单上没有的那几行（内部工时、录入、退出），谈价钱谈不下来，只能自己管。
#
# 别读错：这是案例年限内的名义金额，没有折现。
#
# See in which rows two columns differ. What no quote shows (own hours, keeping records, leaving) cannot be bargained down, only managed.
#
# A wrong reading: these are nominal amounts over the case's own years, not discounted.

# %%
owned = pd.DataFrame(
    [
        {"option": one.option, "category": part.category, "hidden": part.hidden, "cost": part.cost.mean}
        for one in decision.ownership
        if one.years == decision.settings.years
        for part in one.parts
    ]
)
parts = owned.pivot_table(index=["category", "hidden"], columns="option", values="cost", aggfunc="sum")
parts = parts[[one.id for one in priced]].fillna(0.0)
parts = parts.loc[parts.max(axis=1).sort_values(ascending=False).index]
for one in priced:  # the parts are the whole
    np.testing.assert_allclose(parts[one.id].sum(), one.tco.nominal.mean)
shown = parts.rename(columns=names).map(money)
shown.index = [
    words.term(f"category.{category}") + f" · {words.term(f'visibility.{seen}')}"
    for category, seen in ((name, "hidden" if hidden else "visible") for name, hidden in parts.index)
]
framed(shown, say("column.category"))

# %% [markdown]
# ## 3. 多少人、几年、几次改动，会换人领先 · Where the lead passes on
#
# 一行循环就是一次扫描：把人数改一改，整个案例重算一遍。两条线相交的地方，就是报告里说的“从多少人起”。
#
# 别读错：只动了人数，线索、客户和单价都没跟着变；多出来的人若不带来生意，右边的钱是赚不到的。
#
# A sweep is one loop: another number of users, and the whole case anew. Where two lines cross is what the report calls “from … users on”.
#
# A wrong reading: only users change. If more people bring no more business, what stands on the right is not earned.

# %%
USERS = [15, 20, 30, 45, 60, 80, 110, 150]


def means(*changes):
    """Mean NPV of every option."""
    found = npv_of(load_case(CASE, changes).model).mean(axis=0)
    return dict(zip(names, found.tolist(), strict=True))


now = means()
for one in decision.options:
    np.testing.assert_allclose(now[one.id], one.npv.mean)
by_users = pd.DataFrame({users: means(f"users={users}") for users in USERS}).T
unit = words.unit("money", decision.currency)
display(lines(by_users.drop(columns="status_quo"), words.term("quantity.users"), unit))
framed(by_users.rename(columns=names).map(money), words.term("quantity.users"))

# %% [markdown]
# 下面是报告里的话。人数的交点是用一部分抽样找的，只准到一成左右，所以往两边各退一成半再算一遍；若不换人，这一格会报错。
#
# What the report says. Crossings over users are found with some of the draws and good to about a tenth, hence a run a little further off on either side: if the lead did not change, this cell would fail.

# %%
SETTINGS = {"users": "users", "years": "settings.years"}
for one in decision.comparison.crossovers:
    if one.value is None or one.over not in SETTINGS:
        continue
    sides = (one.value - 1, one.value) if one.over == "years" else (0.85 * one.value, 1.15 * one.value)
    behind, ahead = (means(f"{SETTINGS[one.over]}={round(side)}") for side in sides)
    other = one.one if one.above == one.other else one.other
    np.testing.assert_array_less([behind[one.above], ahead[other]], [behind[other], ahead[one.above]])
listed([one.text for one in sturdy["crossovers"]])

# %% [markdown]
# ## 4. 要求满足多少 · Requirements met
#
# 先看最贵的那几行：痛点背后的钱最多，缺了最疼。
#
# 别读错：这里写的是方案方自己说的；“满足八成”不是打了八折的收益，收益里用的是案例写明的满足程度。
#
# Begin with the dearest rows: most money stands behind them.
#
# A wrong reading: this is what options are said to have. The share met is not a discount on the benefits, which use the fit that the case states.

# %%
notebook.reported(chosen["requirements"])

# %% [markdown]
# ## 5. 打分：自己动权重 · Scores: weights of your own
#
# 改 `WEIGHTS`：写上要改的那几项占百分之几，其余的按原来的比例分剩下的。第一张表是报告里的名次，最后一张是改后的。
#
# 别读错：加权得分相差零点几，不算拉开；看下一节，权重稍动名次就变的，等于没分出高下。
#
# Change `WEIGHTS`: so many hundredths for the criteria named; the others share the rest as before. The first table ranks as the report does, the last one with your weights.
#
# A wrong reading: a few tenths of a point are no lead. If the ranking changes with slightly other weights (next part), nothing has been decided.

# %%
WEIGHTS = {"ease_and_mobile": 35, "security_and_ownership": 15}

ranked = [one for one in decision.selection.options if one.rank is not None]
criteria = {one.criterion: words.own(one.label) or one.criterion for one in decision.selection.criteria}
scores = pd.DataFrame({one.option: {score.criterion: score.score for score in one.scores} for one in ranked})
scores = scores.reindex(criteria).fillna(0.0)  # what was not scored has not been shown to be any good
stated = pd.Series({one.criterion: one.weight for one in decision.selection.criteria})


def reweighted(stated, mine):
    """Weights with some of them set, in hundredths, the others in proportion."""
    mine = pd.Series(mine, dtype=float).reindex(stated.index) / 100
    rest = stated[mine.isna()]
    return mine.fillna(rest / rest.sum() * (1 - mine.sum()))


def judged(weights):
    """Every option by weighted sum and by TOPSIS."""
    matrix = scores.T.to_numpy()
    return pd.DataFrame(
        {
            "sum": weighted_sum(matrix, weights),
            "rank": ranks(matrix, weights),
            "closeness": topsis(matrix, weights),
            "topsis": ranks(matrix, weights, method="topsis"),
        },
        index=scores.columns,
    )


before = judged(stated)
for one in ranked:  # the report's numbers, to the last digit
    np.testing.assert_allclose(before.loc[one.option, "sum"], one.weighted_sum, rtol=1e-12)
    np.testing.assert_allclose(before.loc[one.option, "closeness"], one.closeness, rtol=1e-12)
    np.testing.assert_array_equal(before.loc[one.option, ["rank", "topsis"]], [one.rank, one.topsis_rank])

display(notebook.reported(chosen["ranking"]))
after = reweighted(stated, WEIGHTS)
columns = {say("column.before"): stated, say("column.after"): after}
shown = pd.DataFrame({head: weights.map(words.share) for head, weights in columns.items()})
display(framed(shown.rename(index=criteria), desk.say("selection.head.criterion")))
heads = {name: desk.say(f"selection.head.{name}") for name in before}
shown = judged(after).rename(index=names)
shown = shown.assign(**{name: shown[name].map(words.ratio) for name in ("sum", "closeness")})
framed(shown.astype(str).rename(columns=heads), desk.say("options.head.option"))

# %% [markdown]
# 两种算法说法不一时，先看差多少：TOPSIS 用的是平方和归一（向量归一），换成按最高最低归一，名次可能又不同；加权得分不受这些影响，所以报告以它为准。
#
# Where the two methods disagree, look at the distance first. TOPSIS here divides by the root of the sum of squares (vector normalisation); with another normalisation it may rank otherwise. The weighted sum is free of this, and is what the report goes by.

# %% [markdown]
# ## 6. 一项权重从零加到全部 · One weight from nothing to all
#
# 交叉的地方就是换第一名的地方，与报告里说的一致。
#
# 别读错：离现在的权重越远的交点，越不用担心。
#
# Where the lines on top cross, another option comes first; the report names the nearest.
#
# A wrong reading: a crossing far from the present weight is no cause for doubt.

# %%
flip = decision.selection.flips[0] if decision.selection.flips else None
CRITERION = flip.criterion if flip else next(iter(criteria))

grid = range(0, 101, 5)
swept = pd.DataFrame({part: judged(reweighted(stated, {CRITERION: part}))["sum"] for part in grid}).T
display(lines(swept, criteria[CRITERION], desk.say("selection.head.sum")))
if flip:  # a little beyond it the other one wins
    beyond = 100 * (flip.to + np.sign(flip.to - flip.now) * 1e-6)
    np.testing.assert_equal(judged(reweighted(stated, {CRITERION: beyond}))["sum"].idxmax(), flip.winner)
listed([one.text for one in chosen["notes"]])

# %% [markdown]
# ## 7. 权重谁也说不准 · Weights nobody is sure of
#
# 权重在填写的数附近抽一万次，看每个方案得第几。集中程度越低，抽得越散；报告用的是第一列那个数。
#
# 别读错：排第一的机会六成，不是“六成好”，是换个人来填权重，十次里有四次选了别的。
#
# Ten thousand weights near the stated ones, and how often each option comes first. The lower the concentration, the further they spread; the report uses the first column.
#
# A wrong reading: first in six cases of ten is not “sixty per cent good”. Somebody else's weights would choose otherwise four times in ten.

# %%
CONCENTRATIONS = (threshold("selection.concentration"), 20, 8)  # the documented one first


def firsts(concentration):
    """How often each option comes first."""
    found = rank_acceptability(scores.T, stated, concentration=concentration, seed=decision.seed)
    return pd.Series(found[:, 0], index=scores.columns)


near = pd.DataFrame({one: firsts(one) for one in CONCENTRATIONS})
for one in ranked:
    np.testing.assert_equal(near.loc[one.option, CONCENTRATIONS[0]], one.acceptability[0])
display(*notebook.drawn(chosen["ranks"] and chosen["ranks"]["picture"]))
near.columns = [say("concentration", value=words.number(one)) for one in near]
framed(near.rename(index=names).map(words.share), desk.say("options.head.option"))

# %% [markdown]
# ## 8. 钱和分数放在一起 · Money beside scores
#
# 右上角最好。钱上最好的和分数最高的不是一个，就问：多出来的分，是不是钱里没算到的好处，值不值这个价。
#
# 别读错：分数里常有钱已经算过的东西（好不好上手就是使用率），照分数再加一遍，就算了两次。
#
# Up and to the right is best. If money and scores choose differently: do the additional points stand for something the money leaves out, and is it worth the price?
#
# A wrong reading: scores often hold what the money already counts (ease of use is adoption). Adding it again counts it twice.

# %%
display(*notebook.drawn(chosen["money"]))
by_money, by_score = decision.selection.by_money, decision.selection.by_score
draws = pd.DataFrame(run(loaded.model).npv, columns=list(names))
price = draws[by_money] - draws[by_score]
if decision.selection.price:
    found = decision.selection.price.cost
    np.testing.assert_allclose(
        [price.mean(), price.quantile(0.05), price.quantile(0.95)], [found.mean, found.p5, found.p95]
    )
    np.testing.assert_allclose((price < 0).mean(), found.p_loss)
display(listed([one.text for one in chosen["lead"]]), notebook.reported(chosen["leads"]))

# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # ROI 模型逐行看 · The ROI model, line by line
#
# 报告里每一条收益，背后都是一行公式。这里把公式、输入、来源和金额摆在一起，再动两下手：改一个假设，加一条自己的收益，看结果跟着动多少。公式不是抄来的，是做计算的程序自己打印的；数字与报告一致。
#
# Behind every benefit in the report stands one formula. Here formula, inputs, sources and money are side by side; then one assumption is changed and one benefit added, to see what moves. The formulas are printed by the program that computes, and the numbers are the report's.
#
# 换语言、换案例、换方案：改下面这一格，再全部重跑。
#
# For the other language, another case or another option: change the next cell and run all.

# %%
from templates import ROOT

LANGUAGE = "zh-CN"  # "zh-CN" | "en"
CASE = ROOT.parent / "examples" / "machinery-maker" / "case.yaml"
OPTION = "saas"

# %%
import altair as alt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from assessment import assess, case_from_data, load_case
from assessment.yamlfile import read
from reports import charts
from reports.figures import As
from reports.language import language
from reports.notebook import Notebook
from reports.sections.desk import Desk
from reports.sections.evidence import formula_list, printed_formulas
from roi.engine import Months, benefit_lines, cash_flow, needs, parameters
from roi.finance import npv
from roi.simulation import run

words = language(LANGUAGE)
loaded = load_case(CASE)
decision, model = assess(loaded), loaded.model
desk = Desk(decision, words)
option = next(one for one in model.options if one.id == OPTION)
called = desk.called(decision.option(OPTION))
notebook = Notebook(desk)
say, money, table = notebook.say, notebook.money, notebook.table


def month_by_month(amounts, title, unit, marks):
    """Lines over the months, in the order given."""
    labels, months = list(amounts), np.arange(1, model.months + 1)
    data = pd.concat(
        [pd.DataFrame({"month": months, "amount": amounts[one], "label": one}) for one in labels]
    )
    years = alt.Axis(values=list(range(0, model.months + 1, 6)), grid=False)
    x = alt.X("month:Q", title=say("month"), axis=years, scale=alt.Scale(domain=[0, model.months]))
    colours = alt.Scale(domain=labels, range=[charts.GAIN, charts.COST, "#009e73", charts.INK])
    dashes = alt.Scale(domain=labels, range=[[1, 0], [6, 3], [2, 2], [8, 2, 2, 2]])
    legend = alt.Legend(orient="top", columns=2, labelLimit=300, symbolType="stroke", title=None)
    chart = alt.Chart(data, width=420, height=170, title=unit).encode(
        x=x,
        y=alt.Y("amount:Q", title=None, axis=alt.Axis(format=marks)),
        color=alt.Color("label:N", scale=colours, legend=legend),
        strokeDash=alt.StrokeDash("label:N", scale=dashes, legend=legend),
    )
    chart = chart.mark_line().configure(font=charts.FONT).configure_view(stroke=None)
    chart = chart.configure_title(anchor="start", fontSize=10, fontWeight="normal")
    chart = chart.configure_axis(titleFontWeight="normal", titleFontSize=10)
    return notebook.picture(chart, title)


# %% [markdown]
# ## 1. 先到位，再有效果 · First it arrives
#
# 几乎每条收益都乘一个“效果到位率”：上线之前是零，大家慢慢用起来，再乘满足程度，过了爬坡期可能又淡下去。没人用，公式再漂亮也是零。
#
# 别读错：输入里的“效果”是“人人都按要求用”时的效果，使用率只在这里扣一次。自己填数字时不要先打一次折，否则就扣了两遍。
#
# Nearly every benefit is multiplied by the share of the effect that has arrived: nothing before go-live, then a ramp, times the fit, and perhaps a fading later.
#
# A wrong reading: effects are stated as if everyone used the tool as intended. Adoption is taken off here and nowhere else, so an effect that was cautiously lowered beforehand is lowered twice.

# %%
formulas = printed_formulas(decision)
printed = {one: text for group in formula_list(desk).data["groups"] for one, text in group["formulas"]}
SHARED = needs("effect") | needs("live") | {"abandon_month"}
arriving = [step for step in formulas["steps"] if needs(step) <= SHARED]
records = {item.name: item for item in decision.assumptions}


def plain(key):
    """An input's name without the option: `input.saas.adoption` is `adoption`."""
    return key.rpartition(".")[2]


def inputs(keys):
    """Inputs as the report's register has them: number and unit, source, trust grade, place."""
    head = {one: desk.say(f"register.head.{one}") for one in ("input", "numbers", "source", "grade", "place")}
    rows = []
    for key in keys:
        item, figure = records[key.removeprefix("input.")], desk.figures[key]
        source = words.term("source.none")
        if item.source:
            source = words.own(item.source.title) or words.term(f"source.{item.source.kind}")
        if item.claim:
            source += "\n" + desk.say("register.claim", claim=As(desk.figures.claim(item.name), "stated"))
        rows.append(
            {
                head["input"]: desk.labels.get(item.name) or words.named(plain(key), inline=False),
                head["numbers"]: desk.printer(As(figure, "stated")),
                head["source"]: source,
                head["grade"]: figure.grade or desk.none,
                head["place"]: desk.say("register.default")
                if item.is_default
                else item.place.rpartition("/")[2],
            }
        )
    return table(rows, head["numbers"])


used = dict.fromkeys(
    key for line in decision.lines for key in desk.figures[f"{OPTION}.benefit.{line.id}"].inputs
)
print("\n".join(printed[step] for step in arriving))
inputs(key for key in used if plain(key) in SHARED)

# %%
clock = Months(model, option, {}, np.arange(1.0, model.months + 1)[:, None])
shares = {words.term(one): np.ravel(clock[one]) for one in ("live", "adopted", "effect")}
month_by_month(shares, say("picture.effect", option=called), "", "%")

# %% [markdown]
# ## 2. 一条一条看 · Line by line
#
# 每条的顺序：名称、是现金还是腾出的人手、现值、公式（连同中间步骤）、输入。三个数依次是低、最可能、高。
#
# 别读错：这里的现值是把每个输入都放在最可能的值上算的，不是平均数，报告首页用的是平均数。“腾出的人手”要有了去处才变成钱。
#
# For each line: name, cash or freed capacity, present value, formula with its steps, inputs. Three numbers are low, likely, high.
#
# A wrong reading: these present values put every input at its most likely value. They are not the means that lead the report. Freed capacity is money only once somebody puts it to use.

# %%
flow = cash_flow(model, option)


def present(amounts):
    """Today's value of monthly amounts, month 0 first."""
    return float(npv(model.discount_rate, np.ravel(amounts), np.arange(model.months + 1) / 12))


def steps(name):
    """The steps that a formula of the model rests on, without those of the arrival."""
    known = name in {*benefit_lines(), *formulas["costs"], *formulas["steps"]}
    found = [one for one in (parameters(name) if known else ()) if one in formulas["steps"]]
    return list(dict.fromkeys(one for step in found if step not in arriving for one in (step, *steps(step))))


def explain(name, title, lead, keys):
    """One line: title, present value, formula with its steps, inputs."""
    display(Markdown(f"#### {title}\n\n{lead}"))
    print(printed.get(name, desk.say("definition.own")))
    if found := steps(name):
        print("", say("where"), *(printed[step] for step in found), sep="\n")
    own = [key for key in keys if plain(key) not in SHARED]
    display(inputs(own), Markdown(say("shared_too") if len(own) < len(keys) else ""))


def explain_dimension(dimension):
    for line in decision.lines:
        if line.dimension == dimension:
            nature = words.term(f"nature.{'cash' if line.cash else 'capacity'}")
            value = money(present(flow.benefits[line.id]))
            lead = say("present_value", nature=nature, option=called, value=value)
            explain(line.id, desk.line(line.id), lead, desk.figures[f"{OPTION}.benefit.{line.id}"].inputs)


# %% [markdown]
# ### 效率 · Efficiency

# %%
explain_dimension("efficiency")

# %% [markdown]
# ### 成交 · Conversion
#
# 成交上的效果要等一个成交周期才见钱，所以这里用的是“一个周期之前”的到位率。
#
# Effects on deals arrive one sales cycle later, hence the effect of a cycle ago.

# %%
explain_dimension("conversion")

# %% [markdown]
# ### 客户长期价值 · Customer lifetime value
#
# 留住的客户逐月累积，所以这几条开头很小、后面变大；同一个客户不会在两条里各算一遍。
#
# Customers kept add up month after month: small at first, larger later, and none is counted in two lines.

# %%
explain_dimension("customer_lifetime_value")

# %% [markdown]
# ### 管理 · Management

# %%
explain_dimension("management")

# %% [markdown]
# ### 每个方案都带的成本 · Costs that every option carries
#
# 录入要花时间，头几个月还会手忙脚乱。这两项报价单上没有。
#
# Keeping records takes time, and the first months go less smoothly. No quote shows either.

# %%
for line in formulas["costs"]:
    if line in flow.costs:
        lead = say("present_cost", option=called, value=money(present(flow.costs[line])))
        keys = desk.figures.behind_line(decision.option(OPTION), line)
        explain(line, words.term(f"builtin.{line}"), lead, keys)

# %% [markdown]
# ### 对账 · It adds up
#
# 各行相加减，就是报告里“最可能输入”的净现值。对不上，这一格会报错。
#
# Lines less costs are the report's NPV at the most likely inputs. If they were not, this cell would fail.

# %%
total = sum(map(present, flow.benefits.values())) - sum(map(present, flow.costs.values()))
np.testing.assert_allclose(total, decision.option(OPTION).npv.most_likely)
print(say("at_likely", measure=desk.say("measure.npv")), money(total))

# %% [markdown]
# ## 3. 逐月走势 · Month by month
#
# 看两件事：哪一条最先来钱，哪一条到期末还在涨。期限拉长，还在涨的那条会占上风。
#
# 别读错：图上是当月的钱，没有折现；线的高低不能直接比现值。
#
# Look for the line that pays first, and for the one still rising at the end: a longer horizon favours it.
#
# A wrong reading: these are amounts of the month, not discounted; heights are not present values.

# %%
largest = sorted(flow.benefits, key=lambda line: -present(flow.benefits[line]))[:4]
amounts = {desk.line(line): np.ravel(flow.benefits[line])[1:] for line in largest}
unit = words.unit("money/month", decision.currency)
month_by_month(amounts, say("picture.lines", option=called), unit, ",.0f")

# %% [markdown]
# ## 4. 改一个假设 · One assumption changed
#
# 写法与命令行的 `--set` 一样。左边原来，右边改后，只列动了的行。
#
# 别读错：只动了这一个输入。现实里一项效果好，别的多半也跟着好；这里别的都没动。
#
# Written as for `--set` on the command line. Before and after, only what moved.
#
# A wrong reading: this input alone was moved. In life effects succeed or fail together; here the others stay.

# %%
CHANGE = "opportunity_to_win_gain=[0.02, 0.04, 0.08]"


def amounts_of(model):
    """Lines, sums and NPV at the most likely inputs; then the mean NPV, as the report has it."""
    result = run(model).results[OPTION]
    own = {line.id: words.own(line.label) for line in model.extra}
    rows = {
        own.get(line) or words.term(f"line.{line}"): amount[0]
        for line, amount in result.likely.by_line.items()
    }
    for measure in ("pv_benefits", "pv_costs", "npv"):
        rows[say("at_likely", measure=desk.say(f"measure.{measure}"))] = getattr(result.likely, measure)[0]
    return rows | {say("on_average", measure=desk.say("measure.npv")): result.draws.npv.mean()}


def compare(changed):
    """Before, after and change of whatever moved."""
    new = amounts_of(changed)
    what, before, now, change = (say(f"column.{column}") for column in ("what", "before", "after", "change"))
    rows = [(label, unchanged.get(label, 0.0), amount) for label, amount in new.items()]
    moved = [
        {what: label, before: money(was), now: money(becomes), change: money(becomes - was, signed=True)}
        for label, was, becomes in rows
        if not np.isclose(was, becomes)
    ]
    return table(moved, before, now, change)


unchanged = amounts_of(model)
compare(load_case(CASE, [CHANGE]).model)

# %% [markdown]
# ## 5. 加一条自己的收益 · One benefit of one's own
#
# 金额是“人人都用”时每月多少；`follows_adoption: True` 表示跟着效果到位率走，`False` 表示系统一开就有。写进案例文件的 `benefits.extra`，报告里就有这一条。
#
# 别读错：自己加的这条要是和现成的某一条说的是同一笔钱，程序看不出来，就算了两遍。
#
# The amount is a month's at full use; `follows_adoption: True` lets it arrive like the other effects, `False` from go-live on. Under `benefits.extra` of the case file it enters the report.
#
# A wrong reading: if it is the same money as a line that is already there, the program cannot know, and it counts twice.

# %%
data = read(CASE).data
data.setdefault("benefits", {}).setdefault("extra", []).append(
    {
        "id": "tender_documents",
        "label": {"zh-CN": "投标文件少请人代做", "en": "Fewer tender documents bought in"},
        "dimension": "efficiency",
        "cash": True,
        "monthly": [0, 1500, 3000],
        "follows_adoption": True,
    }
)
compare(case_from_data(data).model)

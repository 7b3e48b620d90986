# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 先诊断，再算大小 · Diagnose and size
#
# 一家十二个人的公司，只回答十四个问题，能说出什么？这里从头走一遍：回答变成案例，案例算出第一个结论；再补上痛点和准备情况，看它们各推动了什么；最后看接下来先问哪几个数。数与报告一致，对不上的格子会报错。
#
# A firm of twelve answers fourteen questions: what can be said? The whole way in one place: answers become a case, the case gives a first verdict; then pains and readiness are added, to see what each moves; last, which numbers to ask for next. Numbers are the report's; a cell that differs from it fails.
#
# 换语言、换成自己公司的回答：改下面这一格，再全部重跑。不知道的就写 `DONT_KNOW`。
#
# For the other language, or a company of your own: change the next cell and run all. What nobody knows is `DONT_KNOW`.

# %%
from assessment.interview import DONT_KNOW

LANGUAGE = "zh-CN"  # "zh-CN" | "en"
INDUSTRY = "project_sales"
ANSWERS = {
    "sales": 8,
    "managers": 1,
    "other": 3,
    "annual_revenue": 18_000_000,
    "contribution_margin": 0.25,
    "leads_per_month": 40,
    "new_customers_last_year": 36,
    "deal_value": 150_000,
    "active_customers": 120,
    "customers_lost_last_year": 18,
    "revenue_from_existing": 12_600_000,
    "rep_cost_per_month": 16_800,
    "report_hours_per_week": 8,
    "forgotten_of_20_lost": 4,
    "reps_left_24_months": 4,
    "customers_gone_with_them": 12,
    "price_per_user_year": 1_800,
    "one_off_fees": 20_000,
    "notice_months": 1,
    "loss_limit": 100_000,
    "leader_opens_it_weekly": True,
    "owner_named": DONT_KNOW,
}

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from assessment import assess, bank, case_from_data
from assessment.interview import case_file
from assessment.yamlfile import Loader
from reports import charts, verdict
from reports.figures import As
from reports.language import language
from reports.notebook import Notebook, listed
from reports.sections.desk import Desk
from reports.sections.pains import pains
from reports.sections.people import people
from roi.quantities import QUANTITIES
from roi.simulation import run

words = language(LANGUAGE)
text = case_file(ANSWERS, LANGUAGE, INDUSTRY)
data = Loader(text, "case.yaml").document().data


def judged(**answers):
    """The decision on the case with more answers, ready to be printed."""
    return Desk(assess(case_from_data({**data, "answers": {**data["answers"], **answers}})), words)


first = judged()
notebook = Notebook(first)
say, money, framed = notebook.say, notebook.money, notebook.framed


def npv(desk):
    """Mean NPV of the quote, as the report prints it."""
    return desk.printer(desk.figures["saas.npv"])


# %% [markdown]
# ## 1. 十四个回答变成一份案例 · Fourteen answers become a case
#
# 问的是这些，最后一列是为什么要问。`text` 就是 `crm-roi new` 写出来的文件，存下来用编辑器改也行。
#
# 别读错：没答的，文件里用的是同类公司的常见范围，不是这家公司的数，能换就换。
#
# These are the questions, with the reason for each. `text` is the file that `crm-roi new` writes; it may be kept and edited.
#
# A wrong reading: where nothing was answered the file takes a usual range, which is no number of this company. Replace what you can.

# %%
asking, answered, reason = (say(f"column.{column}") for column in ("question", "answer", "why"))


def own(wording):
    """A text of the questions in the trade's words."""
    trade = bank.in_trade(wording, INDUSTRY)[LANGUAGE]
    return trade.replace("{currency}", words.currency(first.decision.currency))


def spoken(part):
    """An answer with its unit."""
    answer = ANSWERS.get(part.name, DONT_KNOW)
    if answer == DONT_KNOW or isinstance(answer, bool):
        return say(f"answer.{str(answer).lower()}")
    if part.name in QUANTITIES:
        return words.value(answer, QUANTITIES[part.name].unit, first.decision.currency, part.name)
    return f"{words.number(answer)} {own(part.unit)}"


notebook.table(
    [
        {
            asking: own(part.ask or question.text),
            answered: spoken(part),
            reason: own(question.why),
        }
        for question in bank.questions().values()
        for part in question.parts
    ]
)

# %% [markdown]
# ## 2. 回答推出来的数，对得上账吗 · What follows, and whether it adds up
#
# 模型要的数，大多不能直接问出来，要推：丢了几个客户除以一共几个，就是流失率。推出来的销售额必须等于问到的营业额。
#
# 别读错：有的行靠我们估的一个比例（看来源是不是“估计”），那一行的范围是我们的判断，不是这家公司量过的。
#
# Most of what the model takes cannot be asked for; it follows. The sales that follow must be the revenue that was stated.
#
# A wrong reading: rows that say estimate rest on a share of ours; their range is judgement, not a measurement of this company.

# %%
derived = [item for item in first.decision.assumptions if item.name in bank.derivations()]
followed = pd.DataFrame(
    {
        say("column.value"): [
            first.printer(As(first.figures[f"input.{item.name}"], "stated")) for item in derived
        ],
        say("column.source"): [
            words.term(f"source.{item.source.kind if item.source else 'none'}") for item in derived
        ],
        say("column.how"): [words.own(item.note) for item in derived],
    },
    index=[first.input_alone(item.name) for item in derived],
)
reconciled = first.decision.reconciliation
np.testing.assert_allclose(reconciled.sales, ANSWERS["annual_revenue"])
framed(followed, say("column.input"), [say("column.source"), say("column.how")])

# %% [markdown]
# ## 3. 第一个结论 · A first verdict
#
# 看三样：结论是哪一条，平均净现值多少，十次里约九次落在哪里。区间宽，说明回答还粗，不是算得不准。
#
# 别读错：没人点名负责（这里填的是不知道），结论就不会是“买”，账再好看也一样；点了名再算一遍就知道差在哪。
#
# Three things: which verdict, the mean net present value, and where it lies nine times in ten. A wide span says that the answers are rough, not that the sum is wrong.
#
# A wrong reading: while nobody is known to own it, the verdict is not to buy, whatever the sum. The second column has an owner named.

# %%
owned = judged(readiness={"owner_named": True, "leader_opens_it_weekly": True})


def told(desk):
    """The verdict in short."""
    figure = desk.figures["saas.npv"]
    return {
        say("heading.verdict"): verdict.title(desk),
        say("heading.rule"): verdict.lead(desk),
        say("on_average", measure=desk.say("measure.npv")): f"{npv(desk)}\n{desk.span(figure)}",
        desk.say("measure.p_loss"): desk.printer(desk.figures["saas.p_loss"]),
    }


def side_by_side(**desks):
    """Verdicts next to each other."""
    return notebook.table(
        [
            {"": row} | {say(f"column.{name}"): told(desk)[row] for name, desk in desks.items()}
            for row in told(first)
        ]
    )


draws = run(case_from_data(data).model)
result = first.decision.option("saas").npv
np.testing.assert_allclose(draws.results["saas"].draws.npv.mean(), result.mean, rtol=1e-12)
side_by_side(now=first, owner_named=owned)

# %%
edges = first.decision.option("saas").npv_histogram
spread = charts.Spread(
    first.short(first.decision.option("saas")),
    tuple(edges.edges),
    tuple(edges.shares),
    result.mean,
    npv(first),
)
chart = charts.spreads([spread], first.axis(min(0, *edges.edges), max(edges.edges)), charts.WIDE)
notebook.picture(chart, say("picture.first", option=first.called(first.decision.option("saas"))))

# %% [markdown]
# ## 4. 痛点：哪里最花钱，工具治不治得了 · Pains: what costs most, and whether a tool helps
#
# 一年几次、一次多少钱，乘出来排一排。排在前面而工具治不了的，买什么都没用，先改做法。
#
# 别读错：痛点花掉的钱不是 CRM 能赚回的钱；能赚回多少，看右边那列，那是净现值用的数，两边不能相加。
#
# How often a year, and what one time costs: multiply and sort. What ranks high and no tool cures needs another way of working, not a purchase.
#
# A wrong reading: what a pain costs is not what a CRM earns back. That is the column at the right, which net present value already holds; the two do not add up.

# %%
PAINS = {
    "follow_up_forgotten": {"times_per_year": "monthly", "cost_each": 12_000},
    "customers_leave_with_reps": {"times_per_year": 2, "cost_each": 60_000},
    "late_reports": {"times_per_year": "weekly", "cost_each": 500},
    "records_not_kept": {"times_per_year": "weekly", "cost_each": 400},
    "inflated_pipeline": DONT_KNOW,
}

asked = judged(pains=PAINS, readiness={"owner_named": True, "leader_opens_it_weekly": True})
diagnosis = asked.decision.diagnosis
found = pd.DataFrame([pain.model_dump(exclude={"at_stake"}) for pain in diagnosis.pains]).set_index("id")
stake = {pain.id: pain.at_stake and pain.at_stake.mean for pain in diagnosis.pains}
np.testing.assert_allclose(found["times_per_year"] * found["cost_each"], found["annual"])
np.testing.assert_allclose(found["annual"].sum(), diagnosis.total)
label = {name: words.own(pain.label) for name, pain in bank.pains().items()}
cures = {name: words.own(cure) for name, cure in bank.labels("pains", "cures").items()}
shown = pd.DataFrame(
    {
        asked.say("pains.head.times"): found["times_per_year"].map(words.number),
        asked.say("pains.head.annual"): found["annual"].map(money),
        asked.say("pains.head.cure"): found["cure"].map(cures),
        say("column.stake"): pd.Series(stake).map(lambda amount: money(amount) if amount else asked.none),
    }
).rename(index=label)
display(
    Markdown(pains(asked).title), framed(shown, asked.say("pains.head.pain"), [asked.say("pains.head.cure")])
)

# %% [markdown]
# ### 次数记错一倍，谁是最疼的 · If a count is off by two
#
# 一行循环：每个痛点各加一倍、减一半，看第一名换不换人。
#
# One loop: each pain twice as often and half as often, to see whether another comes first.

# %%
factors = {say("column.halved"): 0.5, say("column.doubled"): 2}


def worst(name, factor):
    """The dearest pain if one of them comes so many times as often."""
    return found["annual"].where(found.index != name, factor * found["annual"]).idxmax()


dearest = pd.DataFrame(
    {head: {name: worst(name, factor) for name in found.index} for head, factor in factors.items()}
)
framed(dearest.replace(label).rename(index=label), asked.say("pains.head.pain"), list(dearest))

# %% [markdown]
# ## 5. 团队合不合适 · Whether the team is one for it
#
# 看人数和几个部门之间交接，只分三档；最后一句说离下一档差多少。
#
# 别读错：“必须有”说的是没有会很难，不是买了就赚；赚不赚看第三节。
#
# People, and departments that hand over to each other: three bands only. The last sentence says how far the next one is.
#
# A wrong reading: “necessary” says that doing without is hard, not that buying pays. Whether it pays is in part 3.

# %%
listed(people(asked).data["fit"])

# %% [markdown]
# ## 6. 准备得怎样，使用率就怎样 · Readiness, and what it does to adoption
#
# 从全是零分到全是满分，扫一遍：建议的使用率怎么变，净现值怎么变。
#
# 别读错：打分是判断，不是预测；它只在案例没填使用率的时候才起作用，填了自己量的数，就以自己的为准。
#
# From nought on every statement to full marks: what adoption is suggested, and what becomes of net present value.
#
# A wrong reading: the score is judgement and no forecast. It counts only where the case states no adoption; a measured one wins.

# %%
GATES = {"owner_named": True, "leader_opens_it_weekly": True}
SCORES = (0, 1, 2, 3, 4)


def ready(score):
    """The case with every statement of readiness answered alike."""
    return judged(pains=PAINS, readiness=GATES | dict.fromkeys(bank.statements(), score))


desks = {score: ready(score) for score in SCORES}
swept = pd.DataFrame(
    {
        score: {
            "score": desk.decision.readiness.score,
            "adoption": next(
                one.adoption[1] for one in desk.decision.readiness.suggested if one.option == "saas"
            ),
            "npv": desk.decision.option("saas").npv.mean,
        }
        for score, desk in desks.items()
    }
).T
np.testing.assert_array_less(0, swept.diff().iloc[1:])  # better prepared, more used, worth more
heads = {
    "score": say("column.readiness"),
    "adoption": words.term("quantity.adoption"),
    "npv": say("on_average", measure=first.say("measure.npv")),
}
shown = pd.DataFrame(
    {"score": swept["score"].map(words.share), "adoption": swept["adoption"].map(words.share)}
)
shown["npv"] = [npv(desk) for desk in desks.values()]
display(framed(shown.rename(columns=heads), say("column.points")))
middle = people(desks[SCORES[2]]).data
display(
    *notebook.drawn(middle["picture"]),
    notebook.reported(middle["suggested"] and middle["suggested"]["table"]),
)

# %% [markdown]
# ## 7. 接下来先问什么 · What to ask next
#
# 没回答的数很多，值得问的没几个：排在前面的，弄清了最可能让决定改变。
#
# 别读错：“最多值”是完全弄清才有的上限；与零分不开的排在后面，按行业里通常先问的顺序排，不用急着问。
#
# Many numbers are open and few are worth asking: the first are those most likely to change the decision.
#
# A wrong reading: “worth at most” is the bound of knowing it fully. What cannot be told from nothing comes last, in the order in which the trade usually asks, and is in no hurry.

# %%
worth = {one.name: one for one in first.decision.evppi if not one.is_noise}
nexts = first.decision.ask_next[:8]
shown = pd.DataFrame(
    {
        say("column.value"): [first.printer(As(first.figures[f"input.{name}"], "stated")) for name in nexts],
        say("column.worth"): [
            first.printer(first.figures[f"worth.{name}"]) if name in worth else first.none for name in nexts
        ],
    },
    index=[first.input(name) for name in nexts],
)
values = [worth[name].value for name in first.decision.ask_next if name in worth]
np.testing.assert_equal(values, sorted(values, reverse=True))
framed(shown, say("column.input"))

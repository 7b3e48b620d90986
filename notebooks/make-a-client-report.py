# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 给客户出一份报告 · Make a client report
#
# 手里有一份客户的案例，要交一份挂自己招牌的报告。这里从头走一遍：先看结论和理由；见过客户，改两个数，看结论动没动；套上自己的名字、标志和颜色；中英文的 PDF、网页、Excel 和数据一次出齐；最后随便挑一个数，一路查到案例文件的哪一行。客户的文件一个字不动。对不上的格子会报错。
#
# A consultant has a client's case and owes a report under the firm's own name. The whole way in one place: verdict and reasons; after the meeting two numbers are changed, to see whether the verdict moves; name, logo and colours of the firm; PDF, page, workbook and data in both languages at once; last, any number is followed to its line in the case file. The client's file stays as it is. A cell that does not add up fails.
#
# 换语言、换案例：改下面这一格，再全部重跑。换了案例，第二节改的数、第六节查的数也要换成它有的。`FOLDER` 填一个文件夹，报告就留在那里。
#
# For the other language or another case: change the next cell and run all. Another case wants other numbers to change in part 2 and to follow in part 6. With a folder for `FOLDER` the reports are kept there.

# %%
from templates import ROOT

LANGUAGE = "zh-CN"  # "zh-CN" | "en"
CASE = ROOT.parent / "examples" / "machinery-maker" / "case.yaml"
FOLDER = None  # a folder of yours; None is a temporary one

# %%
from dataclasses import replace
from html import escape
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from IPython.display import HTML, Markdown, display

from assessment import assess, load_case
from assessment.compare import compare
from assessment.decision import Decision
from assessment.remarks import InputError
from reports.brand import load_brand, nearest_legible
from reports.changed import Versions
from reports.compare import section
from reports.content import content
from reports.explain import explain, find
from reports.language import language
from reports.notebook import Notebook, listed
from reports.pages import SCREEN
from reports.report import write
from reports.sections.desk import Desk
from reports.sections.money import options

words = language(LANGUAGE)
client = load_case(CASE)
first = assess(client)
desk = Desk(first, words)
notebook = Notebook(desk)
say, table = notebook.say, notebook.table
folder = Path(FOLDER or mkdtemp())

# %% [markdown]
# ## 1. 先看结论，再看理由 · The verdict, then its reasons
#
# 去见客户之前，自己先把结论和三条理由念一遍：说不圆的那一条，客户第一个问的就是它。图上看两头，不要只看中间那个数。
#
# 别读错：“先试点”“先不买”都是结论，不是没算出来。
#
# Before the meeting, say the verdict and its three reasons aloud: the one that does not convince is the one the client will ask about. In the picture look at both ends, not at the middle alone.
#
# A wrong reading: “try it first” and “do not buy” are verdicts, too. Nothing was left open.

# %%
display(notebook.verdicts(now=desk), *notebook.drawn(options(desk).data["picture"]))

# %% [markdown]
# ## 2. 见过客户，改两个数 · After the meeting, two numbers
#
# 客户说：真会用的人没那么多；供应商又把账号费抬到了三千二。写法与命令行的 `--set` 一样，改的是内存里的一份，文件没动。看每一处改动单独动了多少钱，再看结论换没换。
#
# 别读错：平均数降了一大截，结论可能一点没变；结论变了，也可能只是跨过了一条线。两样都要跟客户说。
#
# The client says: fewer will really use it; and the supplier has raised the fee to 3,200. Written as for `--set` on the command line; a copy is changed, the file is not. See what each change does by itself, then whether the verdict is another one.
#
# A wrong reading: the mean may fall far and the verdict stay, or a line be crossed by very little. The client should hear of both.

# %%
CHANGES = ["saas.adoption=[0.3, 0.5, 0.7]", "saas.licence=3200"]

before = CASE.read_bytes()
agreed = load_case(CASE, CHANGES)
both = Versions.of(compare(client, agreed), words)
decision, changed = both.compared.after, section(both)
np.testing.assert_equal(CASE.read_bytes(), before)
np.testing.assert_equal(len(both.compared.effects), len(CHANGES))
display(Markdown(f"**{changed.title}**"), listed(changed.data["lead"]))
display(notebook.reported(changed.data["changes"]), notebook.verdicts(before=both.before, after=both.after))

# %% [markdown]
# ## 3. 挂自己的招牌 · The firm's own name on it
#
# 品牌文件就这么几行：名称、标志、两种颜色、页脚，样样都可以不填。标志放在同一个文件夹里。已有自己的文件，让 `brand_file` 指过去就行。
#
# 颜色太浅，印出来看不清，程序会拒收，并给出同一色调里能过关的最近一种。下面先故意填一个太浅的，再换成它给的那个。
#
# 别读错：图上的颜色不跟着招牌变。蓝是收、橙红是支，每份报告都一样，换了就看乱了。
#
# A brand file is a few lines: name, logo, two colours, footer, and each may be left out. The logo lies in the same folder. With a file of your own, let `brand_file` be its path.
#
# A colour too pale to be read is refused, and the nearest of the same hue that passes is named. Here one is too pale on purpose, then replaced by the one offered.
#
# A wrong reading: charts do not take the firm's colours. Blue is gain and vermilion is cost in every report; other colours would only confuse.

# %%
PALE = "#5fc9a8"
LOGO = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 20">
  <path d="M0 20 L14 0 L28 20 Z" fill="#12705a"/><circle cx="46" cy="10" r="9" fill="#2e5d34"/>
</svg>
"""
BRAND = """\
by: {zh-CN: 明理咨询有限公司, en: Clarity Advisors}
logo: logo.svg
colours:
  accent: "#5fc9a8"
  second: "#2e5d34"
footer: {zh-CN: 机密，仅供内部决策, en: Confidential}
"""

brand_file = folder / "brand.yaml"
(folder / "logo.svg").write_text(LOGO, encoding="utf-8")
brand_file.write_text(BRAND, encoding="utf-8")
try:
    load_brand(brand_file)
except InputError as refused:
    print(*map(words.remark, refused.faults), sep="\n")

# %%
brand_file.write_text(BRAND.replace(PALE, nearest_legible(PALE)), encoding="utf-8")
brand = load_brand(brand_file)
print(words.own(brand.name), brand.colours.accent)

# %% [markdown]
# ## 4. 两种语言，一次出齐 · Both languages at once
#
# 写出来的是改过的那一版。给老板的是 PDF，给财务的是 Excel，公式都是活的；PDF 里还夹着数据和工作簿，三年后也查得到当时是怎么算的。
#
# 别读错：Excel 里的公式算的是“最可能输入”的那一遍，平均数和十次里九次的范围是抽样得来的，写死在里面。
#
# What is written is the version after the meeting. The PDF is for the boss, the workbook with its live formulas for finance; data and workbook also lie inside the PDF, so that years later one can see how it was computed.
#
# A wrong reading: the workbook's formulas compute the run at the most likely inputs. Means and spans come from the draws and stand in it as values.

# %%
FORMATS = ["pdf", "html", "xlsx", "json"]

written = write(decision, folder, ["zh-CN", "en"], FORMATS, brand=brand, model=agreed.model)
print(folder)
file, use = say("column.file"), say("column.use")
table([{file: path.name, use: say(f"file.{path.suffix[1:]}")} for path in sorted(written)])

# %% [markdown]
# ## 5. 拿主意的那一页 · The page that decides
#
# 老板往往只看这一页。交之前自己当一回老板：一句话说清了没有？最多亏多少、几时能停，找得到吗？下一步有没有人名和日期？
#
# Often the boss reads this page only. Be the boss before handing it over: is it one clear sentence? Can one find what may be lost at most, and when to stop? Does each next step have a name and a date?

# %%
said = content(decision, words, brand)
page = replace(said, sections=said.sections[:1]).document(SCREEN)
HTML(
    f'<div><iframe srcdoc="{escape(page)}" title="{escape(said.title)}" width="100%" height="1500"></iframe></div>'
)

# %% [markdown]
# ## 6. 一个数，查到底 · One number, followed to its source
#
# 客户指着一个数问“这怎么来的”：给出名字（报告里的编号如 `F12` 也行），就有算法、用到的数，每个数的来源、可信度和在案例文件的第几行。
#
# 别读错：看可信度那一栏。算法再对，底下垫的是估计，结果也只是估计。
#
# The client points at a number and asks where it comes from. By its name, or by its number in the report such as `F12`, it is told with formula and inputs, and each input with source, grade and line in the case file.
#
# A wrong reading: look at the grades. With a guess below it, the best of formulas yields a guess.

# %%
FIGURE = "saas.benefit.conversion_uplift"

print(*explain(both.after, find(decision, words, FIGURE)), sep="\n")

# %% [markdown]
# ## 7. 交出去之前，核对一遍 · Before it leaves the house
#
# 数据文件、PDF 里夹的数据，和这里算出来的必须是同一份；不是的话，这一格会报错。读 PDF 要用 pypdf，没装就只核对文件。
#
# The data file and the data inside the PDFs must be the decision computed here, or this cell fails. Reading a PDF takes pypdf; without it only the file is checked.

# %%
data = f"{decision.case.id}.json"
copies = {data: (folder / data).read_bytes()}
if find_spec("pypdf"):
    from pypdf import PdfReader

    copies |= {path.name: PdfReader(path).attachments[data][0] for path in folder.glob("*.pdf")}
same, yes = say("column.same"), say("answer.true")
for copy in copies.values():
    np.testing.assert_equal(Decision.from_json(copy.decode()) == decision, True)
table([{file: name, same: yes} for name in copies])

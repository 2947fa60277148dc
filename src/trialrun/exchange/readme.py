"""The README of an export: what it is, how to read it, and what each format has no place for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from trialrun.criteria.wording import Language
from trialrun.exchange.left_out import LeftOut, left_out_of_odm, left_out_of_sdtm
from trialrun.protocol.model import TrialProtocol, Wording
from trialrun.records.trial_data import TrialData

_HEAD = Wording(
    "Export of the trial {title} ({id}), protocol {name}, version {version}.\n"
    "It shows what stood at {at}. Subjects: {subjects}, of whom {participants} are participants.\n"
    "Head of the audit trail at that moment: {head}",
    "试验“{title}”（{id}）的导出数据，方案{name}，第{version}版。\n"
    "内容为{at}时的状态。受试者{subjects}名，其中已入组{participants}名。\n"
    "当时稽查轨迹的链首：{head}",
)
_GENERAL = Wording(
    "Subjects go by their numbers in this trial; who is not enrolled goes by S and a number. The "
    "hospital's ids are in none of these files. Free texts are as people wrote them: read them "
    "before you hand them on.",
    "受试者以本试验编号表示；未入组者以S加编号表示。文件中不含医院编号。自由文本保持原样：对外提供前请先审阅。",
)
_FORMATS: Mapping[str, Wording] = {
    "odm": Wording(
        "odm/: CDISC ODM 1.3.2, a snapshot. Each value has the audit record of its last writing; "
        "the history is in the archives. What was not done is null, with the reason as a comment.",
        "odm/：CDISC ODM 1.3.2快照。每个数值附最后一次录入的稽查记录；完整历史见受试者档案。"
        "未做的项目为空值，并以注释说明原因。",
    ),
    "sdtm": Wording(
        "sdtm/: datasets by the SDTM Implementation Guide 3.4, as Dataset-JSON 1.1 and as CSV. "
        "Study day 1 is the day of the first dose. Results of that day count as before it, because "
        "the hour is not recorded. Codes of questionnaires are ours; terms of adverse events are "
        "CTCAE's, and MedDRA's variables are empty. Race is not recorded. XF holds findings that "
        "have no standard domain. Nothing here says that the datasets are fit for submission.",
        "sdtm/：按SDTM实施指南3.4生成的数据集（Dataset-JSON 1.1与CSV）。首次给药日为研究第1天；"
        "因未记录时刻，当日结果视为给药前结果。量表编码为我方设定；不良事件术语取自CTCAE，MedDRA变量为空。"
        "未采集种族。XF收录无标准域的结果。本导出不表示数据集已符合注册申报要求。",
    ),
    "csv": Wording(
        "csv/: one file per table and per form, in plain words. Times are UTC.",
        "csv/：每张表、每种表单一个文件。时间为UTC。",
    ),
    "archive": Wording(
        "archive/: everything of one participant as a page that needs no network and prints.",
        "archive/：单个受试者的完整档案，无需网络，可打印。",
    ),
}
_APOSTROPHE = Wording(
    "In CSV an apostrophe stands before text that a spreadsheet would compute.",
    "CSV中，凡电子表格会当作公式的文本前均加撇号。",
)
_NO_PLACE = Wording("{format} has no place for:", "{format}无法容纳：")
_TAKEN_BACK = Wording(
    "Rows that were entered in error, lie within such a row, or no longer apply (a grade "
    "that was set aside, or whose value was corrected) are in the audit trail only: {counts}.",
    "录入错误、从属于此类行，或不再适用（未采纳的分级，或数值更正前的分级）的行仅见于稽查轨迹：{counts}。",
)
_MARKED = Wording(
    "Characters that no file can hold (control characters): {count}. "
    "Each stands here as \N{REPLACEMENT CHARACTER}.",
    "文件无法容纳的字符（控制字符）：{count}个，此处均以\N{REPLACEMENT CHARACTER}代替。",
)
_FILES = Wording("Files, with their SHA-256:", "文件及其SHA-256：")


def readme(
    protocol: TrialProtocol,
    data: TrialData,
    formats: Iterable[str],
    hashes: Mapping[str, str],
    language: Language,
    *,
    marked: int,
) -> str:
    """Return the text; `hashes` leads from the name of each file to its SHA-256.

    `marked` counts the characters in whose place a mark stands, because no file can hold them.
    """
    paragraphs = [*_paragraphs(protocol, data, list(formats), language)]
    if marked:
        paragraphs.append(_MARKED.in_language(language).format(count=marked))
    files = "\n".join(f"{digest}  {name}" for name, digest in sorted(hashes.items()))
    listed = f"{_FILES.in_language(language)}\n{files}"
    return "\n\n".join((*paragraphs, listed)) + "\n"


def _paragraphs(
    protocol: TrialProtocol, data: TrialData, formats: list[str], language: Language
) -> Iterator[str]:
    yield _HEAD.in_language(language).format(
        title=protocol.title_in(language),
        id=protocol.registry.id,
        name=protocol.name,
        version=protocol.version,
        at=data.taken_at.isoformat(timespec="seconds"),
        subjects=len(data.subjects),
        participants=sum(subject.participation is not None for subject in data.subjects),
        head=data.head,
    )
    yield _GENERAL.in_language(language)
    yield from (_FORMATS[name].in_language(language) for name in formats)
    if {"sdtm", "csv"} & set(formats):
        yield _APOSTROPHE.in_language(language)
    if "sdtm" in formats:
        yield from _no_place("SDTM", left_out_of_sdtm(data), language)
    if "odm" in formats:
        yield from _no_place("ODM", left_out_of_odm(data), language)
    if data.taken_back:
        counts = ", ".join(f"{table} {count}" for table, count in data.taken_back.items())
        yield _TAKEN_BACK.in_language(language).format(counts=counts)


def _no_place(name: str, left_out: tuple[LeftOut, ...], language: Language) -> Iterator[str]:
    if left_out:
        lines = (f"- {one.what.in_language(language)}: {one.count}" for one in left_out)
        yield "\n".join((_NO_PLACE.in_language(language).format(format=name), *lines))

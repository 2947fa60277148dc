// Answers every record-stage criterion of every patient of a clinic, one line of JSON per patient.
//
//     node run.mjs CLINIC QUESTION
//
// QUESTION is a JSON file: the index date, the hours of the time zone, since when each kind of
// record is complete, the codes of the value sets, and the criteria to answer.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fhir from "cql-exec-fhir";
import cql from "cql-execution";
import { readClinic } from "./clinic.mjs";
import { translate } from "./translate.mjs";

const LIBRARY = fileURLToPath(new URL("./RecordStage.cql", import.meta.url));

async function main(clinic, question) {
  const asked = JSON.parse(readFileSync(question, "utf8"));
  const executor = new cql.Executor(
    new cql.Library(translate(LIBRARY)),
    codeService(asked.valueSets),
    parametersOf(asked),
  );
  const moment = cql.DateTime.parse(`${asked.on}T12:00:00.0${asked.offset}`);
  const source = fhir.PatientSource.FHIRv401();
  for (const { id, bundle, unread } of readClinic(clinic)) {
    source.reset();
    source.loadBundles([bundle]);
    const results = await executor.exec(source, moment);
    const answers = answersOf(id, results.patientResults[id], asked.criteria);
    process.stdout.write(`${JSON.stringify({ id, answers, unread })}\n`);
  }
}

function codeService(valueSets) {
  return new cql.CodeService(
    Object.fromEntries(Object.entries(valueSets).map(([id, codes]) => [id, { 1: codes }])),
  );
}

function parametersOf(asked) {
  const since = Object.entries(asked.completeSince).map(([kind, day]) => [
    `${kind} since`,
    day === null ? null : cql.Date.parse(day),
  ]);
  return {
    "Index date": cql.Date.parse(asked.on),
    "Hours ahead of UTC": asked.hours,
    ...Object.fromEntries(since),
  };
}

function answersOf(id, results, criteria) {
  for (const criterion of criteria) {
    if (![true, false, null].includes(results[criterion])) {
      throw new Error(`patient ${id}: ${criterion} is ${typeof results[criterion]}, not a truth`);
    }
  }
  return Object.fromEntries(criteria.map((criterion) => [criterion, results[criterion]]));
}

await main(process.argv[2], process.argv[3]);

// Reads a folder of FHIR NDJSON into one bundle per patient, as cql-exec-fhir wants them.
//
// What hospitals write as units is put into UCUM by the table below, and a number written as a text
// ("<4 ×10⁹/L") becomes a quantity: CQL compares quantities of UCUM and nothing else. Rows of
// patients whom the export does not hold are left out; of rows with one id the last counts. An
// element that the CQL library does not read is reported with its patient, who is not compared.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const UCUM = "http://unitsofmeasure.org";

// What hospitals write -> UCUM. A unit that is not here stays as it is, and CQL cannot compare it.
const UNITS = {
  "×10⁹/L": "10*9/L",
  "10^9/L": "10*9/L",
  "K/uL": "10*3/uL",
  "/mm3": "/mm3",
  "U/L": "U/L",
  "IU/L": "U/L", // of an enzyme: both are one micromole a minute
  "μmol/L": "umol/L",
  "umol/L": "umol/L",
  "mg/dL": "mg/dL",
  "mg/L": "mg/L",
  "g/L": "g/L",
  kg: "kg",
  mg: "mg",
  g: "g",
};

const NUMBER_IN_WORDS = /^(<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)?)\s*(\S.*)$/;

const OF_ALL = ["resourceType", "id", "subject", "status", "code", "category"];

// The elements that the CQL library reads or may pass over, and no others.
const READ = {
  Patient: ["active", "name", "gender", "birthDate", "deceasedDateTime"],
  Condition: ["clinicalStatus", "verificationStatus", "onsetDateTime", "abatementDateTime"],
  Observation: [
    "effectiveDateTime",
    "valueQuantity",
    "valueCodeableConcept",
    "valueString",
    "valueBoolean",
    "dataAbsentReason",
    "interpretation",
    "referenceRange",
  ],
  Procedure: ["performedDateTime"],
  Immunization: ["patient", "vaccineCode", "occurrenceDateTime"],
  MedicationRequest: [
    "intent",
    "medicationCodeableConcept",
    "medicationReference",
    "authoredOn",
    "dispenseRequest",
    "dosageInstruction",
  ],
  MedicationStatement: [
    "medicationCodeableConcept",
    "medicationReference",
    "effectivePeriod",
    "dosage",
  ],
  MedicationAdministration: [
    "medicationCodeableConcept",
    "medicationReference",
    "effectiveDateTime",
    "dosage",
  ],
};

export function readClinic(folder) {
  const rows = readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson") && name !== "log.ndjson")
    .sort()
    .flatMap((name) => readLines(join(folder, name)));
  const medicines = rows.filter((row) => row.resourceType === "Medication");
  const records = new Map(
    rows.filter((row) => row.resourceType === "Patient").map((row) => [row.id, new Map()]),
  );
  for (const row of rows.filter((row) => row.resourceType in READ)) {
    records.get(patientOf(row))?.set(`${row.resourceType}/${row.id}`, row);
  }
  return [...records].map(([id, record]) => ({
    id,
    bundle: bundleOf([...[...record.values()].map(inUcum), ...medicines]),
    unread: [...new Set([...record.values()].flatMap(unreadElements))].sort(),
  }));
}

function readLines(path) {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

function patientOf(row) {
  if (row.resourceType === "Patient") return row.id;
  return (row.subject ?? row.patient).reference.split("/").at(-1);
}

function bundleOf(resources) {
  return {
    resourceType: "Bundle",
    type: "collection",
    entry: resources.map((resource) => ({ resource })),
  };
}

function unreadElements(row) {
  const elements = Object.keys(row)
    .filter((name) => !OF_ALL.includes(name) && !READ[row.resourceType].includes(name))
    .map((name) => `${row.resourceType}.${name}`);
  const several = ["dosage", "dosageInstruction", "referenceRange"]
    .filter((name) => Array.isArray(row[name]) && row[name].length > 1)
    .map((name) => `several of ${row.resourceType}.${name}`);
  return [...elements, ...several];
}

function inUcum(row) {
  const written = NUMBER_IN_WORDS.exec(row.valueString ?? "");
  if (written) {
    const { valueString: _, ...rest } = row;
    const [, comparator, value, unit] = written;
    return inUcum({ ...rest, valueQuantity: { comparator, value: Number(value), unit } });
  }
  return JSON.parse(JSON.stringify(row), (_, value) => (isQuantity(value) ? coded(value) : value));
}

function isQuantity(value) {
  return typeof value === "object" && value !== null && "value" in value && "unit" in value;
}

function coded(quantity) {
  const code = quantity.system === UCUM ? quantity.code : UNITS[quantity.unit];
  const { system: _s, code: _c, ...bare } = quantity;
  return code === undefined ? bare : { ...bare, system: UCUM, code };
}

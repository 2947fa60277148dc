// Reads a folder of FHIR NDJSON into one bundle per patient, as cql-exec-fhir wants them.
//
// What hospitals write as units is put into UCUM by the table below, and a number written as a text
// ("<4 ×10⁹/L") becomes a quantity: CQL compares quantities of UCUM and nothing else. Rows of
// patients whom the export does not hold are left out; of rows with one id the last counts.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const UCUM = "http://unitsofmeasure.org";

// What the synthetic hospital writes -> UCUM. A unit that is not here stays as it is, and CQL
// then cannot compare it.
const UNITS = {
  "×10⁹/L": "10*9/L",
  "10^9/L": "10*9/L",
  "10*9/L": "10*9/L",
  "K/uL": "10*3/uL",
  "/mm3": "/mm3",
  "U/L": "U/L",
  "IU/L": "U/L", // of an enzyme: one international unit is one micromole a minute
  "μmol/L": "umol/L",
  "umol/L": "umol/L",
  "mmol/L": "mmol/L",
  "mg/dL": "mg/dL",
  "mg/L": "mg/L",
  "g/L": "g/L",
  kg: "kg",
  cm: "cm",
  mg: "mg",
  g: "g",
  "%": "%",
};

const NUMBER_IN_WORDS = /^(<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)?)\s*(\S.*)$/;

// The element that names the patient, where it is not `subject`.
const SUBJECT = { Immunization: "patient" };

const READ = new Set([
  "Patient",
  "Condition",
  "Observation",
  "Procedure",
  "Immunization",
  "MedicationRequest",
  "MedicationStatement",
  "MedicationAdministration",
]);

export function readClinic(folder) {
  const rows = readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson") && name !== "log.ndjson")
    .sort()
    .flatMap((name) => readLines(join(folder, name)));
  const medicines = rows.filter((row) => row.resourceType === "Medication");
  const patients = rows.filter((row) => row.resourceType === "Patient");
  const records = new Map(patients.map((patient) => [patient.id, new Map()]));
  for (const row of rows.filter((row) => READ.has(row.resourceType))) {
    records.get(patientOf(row))?.set(`${row.resourceType}/${row.id}`, inUcum(row));
  }
  return [...records].map(([id, record]) => ({
    id,
    bundle: bundleOf([...record.values(), ...medicines]),
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
  return row[SUBJECT[row.resourceType] ?? "subject"].reference.split("/").at(-1);
}

function bundleOf(resources) {
  return {
    resourceType: "Bundle",
    type: "collection",
    entry: resources.map((resource) => ({ resource })),
  };
}

function inUcum(row) {
  if (row.resourceType !== "Observation" && !row.resourceType.startsWith("Medication")) return row;
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

// Translates the CQL library to ELM, the form that engines read; stops at any error.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { SystemModelInfoProvider } from "@cqframework/cql/cql";
import {
  CqlTranslator,
  LibraryManager,
  ModelManager,
  createModelInfoProvider,
  createUcumService,
  stringAsSource,
} from "@cqframework/cql/cql-to-elm";
import ucum from "@lhncbc/ucum-lhc";

const FHIR_MODEL = "cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml";

export function translate(path) {
  const translator = CqlTranslator.fromText(readFileSync(path, "utf8"), libraryManager());
  const { library } = JSON.parse(translator.toJson());
  const errors = library.annotation.filter((note) => note.errorSeverity === "error");
  if (errors.length > 0) {
    const lines = errors.map((e) => `${path}:${e.startLine}:${e.startChar}: ${e.message}`);
    throw new Error(`the CQL library cannot be translated:\n${lines.join("\n")}`);
  }
  return { library };
}

function libraryManager() {
  const models = new ModelManager();
  models.modelInfoLoader.registerModelInfoProvider(new SystemModelInfoProvider());
  models.modelInfoLoader.registerModelInfoProvider(
    createModelInfoProvider((name) => (name === "FHIR" ? stringAsSource(fhirModel()) : null)),
  );
  return new LibraryManager(models, undefined, undefined, ucumService());
}

// The model without its implicit conversions: the library converts what it reads by itself, so
// that it needs no second library of conversions.
function fhirModel() {
  const path = createRequire(import.meta.url).resolve(FHIR_MODEL);
  return readFileSync(path, "utf8").replace(/<conversionInfo [^>]*\/>/g, "");
}

// The translator only asks whether a unit exists; converting is the engine's business.
function ucumService() {
  const units = ucum.UcumLhcUtils.getInstance();
  const validate = (unit) => {
    const found = units.validateUnitString(unit);
    return found.status === "valid" ? null : `no unit of UCUM: ${unit}`;
  };
  const never = () => {
    throw new Error("the translator was not expected to calculate with units");
  };
  return createUcumService(never, validate, never, never);
}

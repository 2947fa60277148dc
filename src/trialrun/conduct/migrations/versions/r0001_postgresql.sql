CREATE TABLE account (
  name TEXT NOT NULL,
  full_name TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT,
  password_is_one_time BOOLEAN NOT NULL,
  subject TEXT,
  failures INTEGER NOT NULL,
  locked_until TIMESTAMP WITH TIME ZONE,
  disabled BOOLEAN NOT NULL,
  language TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_account PRIMARY KEY (id),
  CONSTRAINT ck_account_role CHECK (role IN ('investigator', 'coordinator', 'data manager', 'monitor', 'pharmacist', 'administrator')),
  CONSTRAINT uq_account_name UNIQUE (name),
  CONSTRAINT uq_account_subject UNIQUE (subject)
)
--
CREATE TABLE candidate (
  patient_id TEXT NOT NULL,
  verdict TEXT NOT NULL,
  refused_by JSON NOT NULL,
  open_criteria JSON NOT NULL,
  open_count INTEGER NOT NULL,
  opens_on DATE,
  lapses_on DATE,
  status TEXT NOT NULL,
  status_reason TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_candidate PRIMARY KEY (id),
  CONSTRAINT ck_candidate_status CHECK (status IN ('suggested', 'invited', 'declined', 'consented', 'screen failure', 'enrolled')),
  CONSTRAINT uq_candidate_patient_id UNIQUE (patient_id)
)
--
CREATE INDEX ix_candidate_open_count ON candidate (open_count)
--
CREATE INDEX ix_candidate_status ON candidate (status)
--
CREATE INDEX ix_candidate_verdict ON candidate (verdict)
--
CREATE TABLE consent_form (
  form_version TEXT NOT NULL,
  effective_on DATE NOT NULL,
  asks_again BOOLEAN NOT NULL,
  amendment TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_consent_form PRIMARY KEY (id),
  CONSTRAINT uq_consent_form_form_version UNIQUE (form_version)
)
--
CREATE TABLE screening_run (
  index_date DATE NOT NULL,
  taken_in_at TIMESTAMP WITH TIME ZONE NOT NULL,
  protocol TEXT NOT NULL,
  protocol_version TEXT NOT NULL,
  counts JSON NOT NULL,
  digest TEXT NOT NULL,
  finished_at TIMESTAMP WITH TIME ZONE,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_screening_run PRIMARY KEY (id)
)
--
CREATE TABLE consent (
  candidate_id INTEGER NOT NULL,
  form_id INTEGER NOT NULL,
  signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  obtained_by TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_consent PRIMARY KEY (id),
  CONSTRAINT uq_consent_id UNIQUE (id, candidate_id, signed_at),
  CONSTRAINT ck_consent_obtained_by CHECK (obtained_by <> ''),
  CONSTRAINT fk_consent_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id),
  CONSTRAINT fk_consent_form_id FOREIGN KEY(form_id) REFERENCES consent_form (id),
  CONSTRAINT fk_consent_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_consent_candidate_id ON consent (candidate_id)
--
CREATE TABLE event (
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  account_id INTEGER,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  verb TEXT NOT NULL,
  candidate_id INTEGER,
  participant_id INTEGER,
  reason TEXT NOT NULL,
  data JSON NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_event PRIMARY KEY (id),
  CONSTRAINT fk_event_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_event_candidate_id ON event (candidate_id)
--
CREATE INDEX ix_event_participant_id ON event (participant_id)
--
CREATE INDEX ix_event_verb ON event (verb)
--
CREATE TABLE open_session (
  token_hash TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_open_session PRIMARY KEY (token_hash),
  CONSTRAINT fk_open_session_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_open_session_account_id ON open_session (account_id)
--
CREATE TABLE screen_failure (
  candidate_id INTEGER NOT NULL,
  failed_on DATE NOT NULL,
  criteria JSON NOT NULL,
  reason TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_screen_failure PRIMARY KEY (id),
  CONSTRAINT ck_screen_failure_reason CHECK (reason <> ''),
  CONSTRAINT fk_screen_failure_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id),
  CONSTRAINT fk_screen_failure_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_screen_failure_candidate_id ON screen_failure (candidate_id)
--
CREATE TABLE screened (
  run_id INTEGER NOT NULL,
  candidate_id INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  judgements JSON NOT NULL,
  change TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_screened PRIMARY KEY (id),
  CONSTRAINT uq_screened_run_id UNIQUE (run_id, candidate_id),
  CONSTRAINT ck_screened_change CHECK (change IN ('new', 'no longer a candidate', 'verdict changed', 'criteria changed', 'unchanged')),
  CONSTRAINT fk_screened_run_id FOREIGN KEY(run_id) REFERENCES screening_run (id),
  CONSTRAINT fk_screened_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id)
)
--
CREATE INDEX ix_screened_candidate_id ON screened (candidate_id)
--
CREATE INDEX ix_screened_run_id_change ON screened (run_id, change)
--
CREATE TABLE waiver (
  candidate_id INTEGER NOT NULL,
  criterion TEXT NOT NULL,
  reason TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_waiver PRIMARY KEY (id),
  CONSTRAINT uq_waiver_candidate_id UNIQUE (candidate_id, criterion),
  CONSTRAINT ck_waiver_reason CHECK (reason <> ''),
  CONSTRAINT fk_waiver_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id),
  CONSTRAINT fk_waiver_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_waiver_candidate_id ON waiver (candidate_id)
--
CREATE TABLE withdrawal (
  candidate_id INTEGER NOT NULL,
  withdrawn_at TIMESTAMP WITH TIME ZONE NOT NULL,
  scope TEXT NOT NULL,
  reason TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_withdrawal PRIMARY KEY (id),
  CONSTRAINT ck_withdrawal_scope CHECK (scope IN ('treatment', 'treatment and follow-up', 'treatment, follow-up and use of data not yet collected')),
  CONSTRAINT fk_withdrawal_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id),
  CONSTRAINT fk_withdrawal_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_withdrawal_candidate_id ON withdrawal (candidate_id)
--
CREATE TABLE audit_event (
  event_id INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  row_id INTEGER,
  row_version INTEGER,
  changes TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_audit_event PRIMARY KEY (id),
  CONSTRAINT uq_audit_event_previous_hash UNIQUE (previous_hash),
  CONSTRAINT fk_audit_event_event_id FOREIGN KEY(event_id) REFERENCES event (id)
)
--
CREATE INDEX ix_audit_event_event_id ON audit_event (event_id)
--
CREATE TABLE participant (
  number TEXT NOT NULL,
  candidate_id INTEGER NOT NULL,
  consent_id INTEGER NOT NULL,
  consented_at TIMESTAMP WITH TIME ZONE NOT NULL,
  enrolled_at TIMESTAMP WITH TIME ZONE NOT NULL,
  enrolled_on DATE NOT NULL,
  arm TEXT NOT NULL,
  status TEXT NOT NULL,
  first_dose_on DATE,
  ended_on DATE,
  ended_why TEXT,
  ended_note TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_participant PRIMARY KEY (id),
  CONSTRAINT fk_participant_consent_id FOREIGN KEY(consent_id, candidate_id, consented_at) REFERENCES consent (id, candidate_id, signed_at),
  CONSTRAINT uq_participant_id UNIQUE (id, enrolled_at),
  CONSTRAINT uq_participant_enrolled_on UNIQUE (id, candidate_id, enrolled_on),
  CONSTRAINT ck_participant_after_consent CHECK (enrolled_at >= consented_at),
  CONSTRAINT ck_participant_status CHECK (status IN ('taking part', 'completed', 'ended early')),
  CONSTRAINT ck_participant_end CHECK (ended_why IS NULL OR ended_why IN ('completed', 'death', 'adverse event', 'lost to follow-up', 'withdrawal by participant', 'decision of the investigator', 'ended by the sponsor', 'pregnancy')),
  CONSTRAINT ck_participant_end_has_a_reason CHECK ((ended_on IS NULL) = (ended_why IS NULL)),
  CONSTRAINT ck_participant_end_after_enrolment CHECK (ended_on IS NULL OR ended_on >= enrolled_on),
  CONSTRAINT ck_participant_dose_after_enrolment CHECK (first_dose_on IS NULL OR first_dose_on >= enrolled_on),
  CONSTRAINT uq_participant_number UNIQUE (number),
  CONSTRAINT uq_participant_candidate_id UNIQUE (candidate_id),
  CONSTRAINT fk_participant_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id)
)
--
CREATE TABLE adverse_event (
  participant_id INTEGER NOT NULL,
  reported_term TEXT NOT NULL,
  term TEXT NOT NULL,
  soc TEXT NOT NULL,
  onset TEXT NOT NULL,
  onset_lo DATE NOT NULL,
  onset_hi DATE NOT NULL,
  ended TEXT,
  ended_lo DATE,
  ended_hi DATE,
  first_grade INTEGER NOT NULL,
  grade INTEGER NOT NULL,
  death BOOLEAN NOT NULL,
  life_threatening BOOLEAN NOT NULL,
  hospitalisation BOOLEAN NOT NULL,
  disability BOOLEAN NOT NULL,
  congenital_anomaly BOOLEAN NOT NULL,
  medically_important BOOLEAN NOT NULL,
  serious BOOLEAN NOT NULL,
  aware_at TIMESTAMP WITH TIME ZONE NOT NULL,
  serious_aware_at TIMESTAMP WITH TIME ZONE,
  causality TEXT NOT NULL,
  expectedness TEXT NOT NULL,
  action_taken TEXT NOT NULL,
  outcome TEXT NOT NULL,
  treatment TEXT NOT NULL,
  narrative TEXT NOT NULL,
  void_reason TEXT,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_adverse_event PRIMARY KEY (id),
  CONSTRAINT uq_adverse_event_id UNIQUE (id, participant_id),
  CONSTRAINT ck_adverse_event_reported_term CHECK (reported_term <> ''),
  CONSTRAINT ck_adverse_event_onset CHECK (onset_lo <= onset_hi),
  CONSTRAINT ck_adverse_event_ended CHECK ((ended IS NULL) = (ended_lo IS NULL) AND (ended IS NULL) = (ended_hi IS NULL) AND (ended IS NULL OR ended_lo <= ended_hi)),
  CONSTRAINT ck_adverse_event_end_after_onset CHECK (ended IS NULL OR ended_hi >= onset_lo),
  CONSTRAINT ck_adverse_event_grade CHECK (grade BETWEEN 1 AND 5),
  CONSTRAINT ck_adverse_event_first_grade CHECK (first_grade BETWEEN 1 AND grade),
  CONSTRAINT ck_adverse_event_serious CHECK (serious = (death OR life_threatening OR hospitalisation OR disability OR congenital_anomaly OR medically_important)),
  CONSTRAINT ck_adverse_event_serious_aware CHECK (serious = (serious_aware_at IS NOT NULL)),
  CONSTRAINT ck_adverse_event_serious_aware_after_aware CHECK (serious_aware_at >= aware_at),
  CONSTRAINT ck_adverse_event_grade_5_is_death CHECK ((grade = 5) = death AND death = (outcome = 'fatal')),
  CONSTRAINT ck_adverse_event_goes_on CHECK (ended IS NULL OR outcome NOT IN ('recovering', 'not recovered')),
  CONSTRAINT ck_adverse_event_causality CHECK (causality IN ('certain', 'probable', 'possible', 'unlikely', 'not related', 'not assessable')),
  CONSTRAINT ck_adverse_event_expectedness CHECK (expectedness IN ('expected', 'unexpected')),
  CONSTRAINT ck_adverse_event_action_taken CHECK (action_taken IN ('drug withdrawn', 'drug interrupted', 'dose reduced', 'dose increased', 'dose not changed', 'not applicable', 'unknown')),
  CONSTRAINT ck_adverse_event_outcome CHECK (outcome IN ('recovered', 'recovering', 'not recovered', 'recovered with sequelae', 'fatal', 'unknown')),
  CONSTRAINT ck_adverse_event_void_reason CHECK (void_reason <> ''),
  CONSTRAINT fk_adverse_event_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id)
)
--
CREATE INDEX ix_adverse_event_participant_id ON adverse_event (participant_id)
--
CREATE INDEX ix_adverse_event_serious ON adverse_event (serious)
--
CREATE TABLE data_lock (
  participant_id INTEGER NOT NULL,
  visit_id INTEGER,
  locked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  lock_reason TEXT NOT NULL,
  unlocked_at TIMESTAMP WITH TIME ZONE,
  unlock_reason TEXT,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_data_lock PRIMARY KEY (id),
  CONSTRAINT ck_data_lock_lock_reason CHECK (lock_reason <> ''),
  CONSTRAINT ck_data_lock_unlock_reason CHECK ((unlocked_at IS NULL) = (unlock_reason IS NULL)),
  CONSTRAINT ck_data_lock_unlock_after_lock CHECK (unlocked_at IS NULL OR unlocked_at >= locked_at),
  CONSTRAINT fk_data_lock_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id)
)
--
CREATE UNIQUE INDEX uq_data_lock_open ON data_lock (participant_id, coalesce(visit_id, 0)) WHERE unlocked_at IS NULL
--
CREATE TABLE deviation (
  participant_id INTEGER NOT NULL,
  origin TEXT NOT NULL,
  kind TEXT NOT NULL,
  concerns TEXT NOT NULL,
  description TEXT NOT NULL,
  occurred TEXT NOT NULL,
  occurred_lo DATE NOT NULL,
  occurred_hi DATE NOT NULL,
  key TEXT,
  evidence JSON NOT NULL,
  status TEXT NOT NULL,
  important BOOLEAN,
  judgement TEXT NOT NULL,
  action_taken TEXT NOT NULL,
  judged_at TIMESTAMP WITH TIME ZONE,
  judged_by INTEGER,
  ethics_reported_on DATE,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_deviation PRIMARY KEY (id),
  CONSTRAINT uq_deviation_participant_id UNIQUE (participant_id, key),
  CONSTRAINT ck_deviation_origin CHECK (origin IN ('surveillance', 'person', 'waiver')),
  CONSTRAINT ck_deviation_kind CHECK (kind IN ('consent', 'eligibility', 'obligation', 'exclusion that came to hold', 'visit out of its window', 'missed visit', 'dose', 'missed dose', 'procedure or assessment', 'other')),
  CONSTRAINT ck_deviation_status CHECK (status IN ('proposed', 'confirmed', 'dismissed')),
  CONSTRAINT ck_deviation_description CHECK (description <> ''),
  CONSTRAINT ck_deviation_key CHECK ((origin = 'person') = (key IS NULL)),
  CONSTRAINT ck_deviation_occurred CHECK (occurred_lo <= occurred_hi),
  CONSTRAINT ck_deviation_judged CHECK ((status = 'proposed') = (judged_at IS NULL)),
  CONSTRAINT ck_deviation_judged_by CHECK ((judged_at IS NULL) = (judged_by IS NULL)),
  CONSTRAINT ck_deviation_important CHECK ((status = 'confirmed') = (important IS NOT NULL)),
  CONSTRAINT ck_deviation_ethics CHECK (ethics_reported_on IS NULL OR (status = 'confirmed' AND ethics_reported_on >= occurred_lo)),
  CONSTRAINT fk_deviation_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id),
  CONSTRAINT fk_deviation_judged_by FOREIGN KEY(judged_by) REFERENCES account (id)
)
--
CREATE INDEX ix_deviation_participant_id ON deviation (participant_id)
--
CREATE INDEX ix_deviation_status ON deviation (status)
--
CREATE TABLE dose (
  participant_id INTEGER NOT NULL,
  enrolled_at TIMESTAMP WITH TIME ZONE NOT NULL,
  unit TEXT NOT NULL,
  status TEXT NOT NULL,
  planned_on DATE,
  course INTEGER,
  number INTEGER,
  planned_amount VARCHAR(40),
  given_at TIMESTAMP WITH TIME ZONE,
  given_on DATE,
  amount VARCHAR(40),
  site TEXT,
  lot TEXT,
  reason TEXT NOT NULL,
  voided BOOLEAN NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_dose PRIMARY KEY (id),
  CONSTRAINT fk_dose_participant_id FOREIGN KEY(participant_id, enrolled_at) REFERENCES participant (id, enrolled_at),
  CONSTRAINT ck_dose_status CHECK (status IN ('given', 'missed', 'refused', 'held')),
  CONSTRAINT ck_dose_site CHECK (site IS NULL OR site IN ('left abdomen', 'right abdomen', 'left thigh', 'right thigh', 'left upper arm', 'right upper arm', 'left buttock', 'right buttock', 'elsewhere', 'not applicable')),
  CONSTRAINT ck_dose_after_enrolment CHECK (given_at >= enrolled_at),
  CONSTRAINT ck_dose_amount CHECK (CAST(amount AS NUMERIC) > 0),
  CONSTRAINT ck_dose_planned_amount CHECK (CAST(planned_amount AS NUMERIC) > 0),
  CONSTRAINT ck_dose_given_is_described CHECK ((status = 'given') = (given_at IS NOT NULL) AND (status = 'given') = (given_on IS NOT NULL) AND (status = 'given') = (amount IS NOT NULL) AND (status = 'given') = (site IS NOT NULL) AND (status = 'given') = (lot IS NOT NULL)),
  CONSTRAINT ck_dose_plan_is_whole CHECK ((planned_on IS NULL) = (course IS NULL) AND (planned_on IS NULL) = (number IS NULL) AND (planned_on IS NULL) = (planned_amount IS NULL)),
  CONSTRAINT ck_dose_missed_is_planned CHECK (status = 'given' OR planned_on IS NOT NULL),
  CONSTRAINT ck_dose_reason CHECK (reason <> '' OR (status = 'given' AND planned_on IS NOT NULL AND CAST(amount AS NUMERIC) = CAST(planned_amount AS NUMERIC))),
  CONSTRAINT ck_dose_unit CHECK (unit <> '')
)
--
CREATE INDEX ix_dose_participant_id ON dose (participant_id)
--
CREATE UNIQUE INDEX uq_dose_given_at ON dose (participant_id, given_at) WHERE NOT voided
--
CREATE UNIQUE INDEX uq_dose_number ON dose (participant_id, course, number) WHERE NOT voided
--
CREATE TABLE ledger_entry (
  kind TEXT NOT NULL,
  day DATE NOT NULL,
  lot TEXT NOT NULL,
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL,
  expires_on DATE,
  participant_id INTEGER,
  voids_id INTEGER,
  reason TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_ledger_entry PRIMARY KEY (id),
  CONSTRAINT ck_ledger_entry_kind CHECK (kind IN ('received', 'dispensed', 'returned', 'destroyed', 'lost', 'void')),
  CONSTRAINT ck_ledger_entry_amount CHECK (amount > 0),
  CONSTRAINT ck_ledger_entry_lot CHECK (lot <> '' AND unit <> ''),
  CONSTRAINT ck_ledger_entry_expiry CHECK ((kind = 'received') = (expires_on IS NOT NULL)),
  CONSTRAINT ck_ledger_entry_void CHECK ((kind = 'void') = (voids_id IS NOT NULL)),
  CONSTRAINT ck_ledger_entry_participant CHECK ((kind IN ('dispensed', 'returned') AND participant_id IS NOT NULL) OR (kind IN ('received', 'destroyed') AND participant_id IS NULL) OR kind IN ('lost', 'void')),
  CONSTRAINT ck_ledger_entry_reason CHECK (reason <> '' OR kind NOT IN ('lost', 'void')),
  CONSTRAINT fk_ledger_entry_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id),
  CONSTRAINT uq_ledger_entry_voids_id UNIQUE (voids_id),
  CONSTRAINT fk_ledger_entry_voids_id FOREIGN KEY(voids_id) REFERENCES ledger_entry (id)
)
--
CREATE INDEX ix_ledger_entry_lot ON ledger_entry (lot)
--
CREATE INDEX ix_ledger_entry_participant_id ON ledger_entry (participant_id)
--
CREATE TABLE medication (
  participant_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  code TEXT,
  system TEXT,
  indication TEXT NOT NULL,
  route TEXT NOT NULL,
  is_vaccination BOOLEAN NOT NULL,
  voided BOOLEAN NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_medication PRIMARY KEY (id),
  CONSTRAINT ck_medication_name CHECK (name <> ''),
  CONSTRAINT ck_medication_code_has_a_system CHECK ((code IS NULL) = (system IS NULL)),
  CONSTRAINT fk_medication_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id)
)
--
CREATE INDEX ix_medication_participant_id ON medication (participant_id)
--
CREATE UNIQUE INDEX uq_medication_name ON medication (participant_id, name, route) WHERE NOT voided
--
CREATE TABLE query (
  participant_id INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  item TEXT NOT NULL,
  status TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_query PRIMARY KEY (id),
  CONSTRAINT ck_query_status CHECK (status IN ('open', 'answered', 'closed')),
  CONSTRAINT ck_query_item CHECK (item <> ''),
  CONSTRAINT fk_query_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id)
)
--
CREATE INDEX ix_query_participant_id ON query (participant_id)
--
CREATE INDEX ix_query_status ON query (status)
--
CREATE TABLE signature (
  participant_id INTEGER NOT NULL,
  table_name TEXT,
  row_id INTEGER,
  meaning TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  printed_name TEXT NOT NULL,
  signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  content_hash TEXT NOT NULL,
  chain_head TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_signature PRIMARY KEY (id),
  CONSTRAINT ck_signature_meaning CHECK (meaning <> ''),
  CONSTRAINT ck_signature_one_row_or_all CHECK ((table_name IS NULL) = (row_id IS NULL)),
  CONSTRAINT fk_signature_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id),
  CONSTRAINT fk_signature_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_signature_participant_id ON signature (participant_id)
--
CREATE TABLE source_mark (
  participant_id INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  row_version INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  marked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_source_mark PRIMARY KEY (id),
  CONSTRAINT uq_source_mark_table_name UNIQUE (table_name, row_id, row_version),
  CONSTRAINT fk_source_mark_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id),
  CONSTRAINT fk_source_mark_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_source_mark_participant_id ON source_mark (participant_id)
--
CREATE TABLE visit (
  candidate_id INTEGER NOT NULL,
  participant_id INTEGER,
  enrolled_on DATE,
  consent_id INTEGER,
  consented_at TIMESTAMP WITH TIME ZONE,
  consented_on DATE,
  planned TEXT,
  window_from DATE,
  window_to DATE,
  day DATE,
  contact TEXT,
  missed_reason TEXT NOT NULL,
  note TEXT NOT NULL,
  voided BOOLEAN NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_visit PRIMARY KEY (id),
  CONSTRAINT fk_visit_participant_id FOREIGN KEY(participant_id, candidate_id, enrolled_on) REFERENCES participant (id, candidate_id, enrolled_on),
  CONSTRAINT fk_visit_consent_id FOREIGN KEY(consent_id, candidate_id, consented_at) REFERENCES consent (id, candidate_id, signed_at),
  CONSTRAINT ck_visit_rests_on CHECK ((participant_id IS NULL) <> (consent_id IS NULL) AND (participant_id IS NULL) = (enrolled_on IS NULL) AND (consent_id IS NULL) = (consented_at IS NULL) AND (consent_id IS NULL) = (consented_on IS NULL)),
  CONSTRAINT ck_visit_after_enrolment CHECK (enrolled_on IS NULL OR day >= enrolled_on),
  CONSTRAINT ck_visit_after_consent CHECK (consented_on IS NULL OR day >= consented_on),
  CONSTRAINT ck_visit_contact CHECK (contact IS NULL OR contact IN ('visit', 'phone')),
  CONSTRAINT ck_visit_took_place_or_missed CHECK ((day IS NULL) = (contact IS NULL) AND (day IS NULL) = (missed_reason <> '')),
  CONSTRAINT ck_visit_missed_is_planned CHECK (day IS NOT NULL OR planned IS NOT NULL),
  CONSTRAINT ck_visit_window CHECK ((window_from IS NULL) = (window_to IS NULL) AND (window_from IS NULL OR window_from <= window_to) AND (window_from IS NULL OR planned IS NOT NULL)),
  CONSTRAINT fk_visit_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id)
)
--
CREATE INDEX ix_visit_candidate_id ON visit (candidate_id)
--
CREATE INDEX ix_visit_participant_id ON visit (participant_id)
--
CREATE UNIQUE INDEX uq_visit_planned ON visit (candidate_id, planned) WHERE NOT voided
--
CREATE TABLE adverse_event_follow_up (
  adverse_event_id INTEGER NOT NULL,
  participant_id INTEGER NOT NULL,
  observed TEXT NOT NULL,
  observed_lo DATE NOT NULL,
  observed_hi DATE NOT NULL,
  grade INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  aware_at TIMESTAMP WITH TIME ZONE NOT NULL,
  note TEXT NOT NULL,
  void_reason TEXT,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_adverse_event_follow_up PRIMARY KEY (id),
  CONSTRAINT fk_adverse_event_follow_up_adverse_event_id FOREIGN KEY(adverse_event_id, participant_id) REFERENCES adverse_event (id, participant_id),
  CONSTRAINT ck_adverse_event_follow_up_observed CHECK (observed_lo <= observed_hi),
  CONSTRAINT ck_adverse_event_follow_up_grade CHECK (grade BETWEEN 1 AND 5),
  CONSTRAINT ck_adverse_event_follow_up_outcome CHECK (outcome IN ('recovered', 'recovering', 'not recovered', 'recovered with sequelae', 'fatal', 'unknown')),
  CONSTRAINT ck_adverse_event_follow_up_void_reason CHECK (void_reason <> '')
)
--
CREATE INDEX ix_adverse_event_follow_up_adverse_event_id ON adverse_event_follow_up (adverse_event_id)
--
CREATE TABLE criterion_answer (
  candidate_id INTEGER NOT NULL,
  criterion TEXT NOT NULL,
  statement TEXT NOT NULL,
  answer BOOLEAN,
  answered_on DATE NOT NULL,
  answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
  account_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  visit_id INTEGER,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_criterion_answer PRIMARY KEY (id),
  CONSTRAINT ck_criterion_answer_reason CHECK (reason <> ''),
  CONSTRAINT fk_criterion_answer_candidate_id FOREIGN KEY(candidate_id) REFERENCES candidate (id),
  CONSTRAINT fk_criterion_answer_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_criterion_answer_visit_id FOREIGN KEY(visit_id) REFERENCES visit (id)
)
--
CREATE INDEX ix_criterion_answer_candidate_id ON criterion_answer (candidate_id)
--
CREATE INDEX ix_criterion_answer_visit_id ON criterion_answer (visit_id)
--
CREATE TABLE form_entry (
  visit_id INTEGER NOT NULL,
  form TEXT NOT NULL,
  protocol_version TEXT NOT NULL,
  items JSON NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_form_entry PRIMARY KEY (id),
  CONSTRAINT uq_form_entry_visit_id UNIQUE (visit_id, form),
  CONSTRAINT fk_form_entry_visit_id FOREIGN KEY(visit_id) REFERENCES visit (id)
)
--
CREATE TABLE grade_decision (
  participant_id INTEGER NOT NULL,
  table_name TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  row_version INTEGER NOT NULL,
  item TEXT NOT NULL,
  term TEXT NOT NULL,
  proposed_grade INTEGER NOT NULL,
  standing TEXT NOT NULL,
  grade INTEGER,
  reason TEXT NOT NULL,
  adverse_event_id INTEGER,
  account_id INTEGER NOT NULL,
  decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_grade_decision PRIMARY KEY (id),
  CONSTRAINT uq_grade_decision_table_name UNIQUE (table_name, row_id, row_version, item, term),
  CONSTRAINT fk_grade_decision_adverse_event_id FOREIGN KEY(adverse_event_id, participant_id) REFERENCES adverse_event (id, participant_id),
  CONSTRAINT ck_grade_decision_standing CHECK (standing IN ('confirmed', 'changed', 'set aside')),
  CONSTRAINT ck_grade_decision_proposed_grade CHECK (proposed_grade BETWEEN 0 AND 5),
  CONSTRAINT ck_grade_decision_grade CHECK (grade BETWEEN 0 AND 5),
  CONSTRAINT ck_grade_decision_grade_of_standing CHECK ((standing = 'set aside') = (grade IS NULL) AND (standing = 'confirmed') = (coalesce(grade, -1) = proposed_grade)),
  CONSTRAINT ck_grade_decision_reason CHECK (standing = 'confirmed' OR reason <> ''),
  CONSTRAINT fk_grade_decision_participant_id FOREIGN KEY(participant_id) REFERENCES participant (id),
  CONSTRAINT fk_grade_decision_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_grade_decision_participant_id ON grade_decision (participant_id)
--
CREATE TABLE medication_period (
  medication_id INTEGER NOT NULL,
  started TEXT NOT NULL,
  start_lo DATE NOT NULL,
  start_hi DATE NOT NULL,
  stopped TEXT,
  stop_lo DATE NOT NULL,
  stop_hi DATE NOT NULL,
  ongoing BOOLEAN NOT NULL,
  amount VARCHAR(40),
  unit TEXT,
  per_day VARCHAR(40),
  voided BOOLEAN NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_medication_period PRIMARY KEY (id),
  CONSTRAINT ck_medication_period_amount CHECK (CAST(amount AS NUMERIC) > 0),
  CONSTRAINT ck_medication_period_amount_has_a_unit CHECK ((amount IS NULL) = (unit IS NULL)),
  CONSTRAINT ck_medication_period_per_day CHECK (CAST(per_day AS NUMERIC) > 0),
  CONSTRAINT ck_medication_period_ongoing CHECK (NOT ongoing OR stopped IS NULL),
  CONSTRAINT ck_medication_period_spans CHECK (start_lo <= start_hi AND stop_lo <= stop_hi),
  CONSTRAINT ck_medication_period_stop_after_start CHECK (stop_hi >= start_lo),
  CONSTRAINT fk_medication_period_medication_id FOREIGN KEY(medication_id) REFERENCES medication (id)
)
--
CREATE INDEX ix_medication_period_medication_id ON medication_period (medication_id)
--
CREATE TABLE query_message (
  query_id INTEGER NOT NULL,
  step TEXT NOT NULL,
  words TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_query_message PRIMARY KEY (id),
  CONSTRAINT ck_query_message_step CHECK (step IN ('opened', 'answered', 'closed', 'reopened')),
  CONSTRAINT ck_query_message_words CHECK (words <> ''),
  CONSTRAINT fk_query_message_query_id FOREIGN KEY(query_id) REFERENCES query (id),
  CONSTRAINT fk_query_message_account_id FOREIGN KEY(account_id) REFERENCES account (id)
)
--
CREATE INDEX ix_query_message_query_id ON query_message (query_id)
--
CREATE TABLE safety_report (
  adverse_event_id INTEGER NOT NULL,
  participant_id INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  number INTEGER NOT NULL,
  sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
  means TEXT NOT NULL,
  reference TEXT NOT NULL,
  void_reason TEXT,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_safety_report PRIMARY KEY (id),
  CONSTRAINT fk_safety_report_adverse_event_id FOREIGN KEY(adverse_event_id, participant_id) REFERENCES adverse_event (id, participant_id),
  CONSTRAINT ck_safety_report_number CHECK (number >= 0),
  CONSTRAINT ck_safety_report_recipient_and_means CHECK (recipient <> '' AND means <> ''),
  CONSTRAINT ck_safety_report_void_reason CHECK (void_reason <> '')
)
--
CREATE INDEX ix_safety_report_adverse_event_id ON safety_report (adverse_event_id)
--
CREATE UNIQUE INDEX uq_safety_report_number ON safety_report (adverse_event_id, recipient, number) WHERE void_reason IS NULL
--
CREATE TABLE form_value (
  entry_id INTEGER NOT NULL,
  item TEXT NOT NULL,
  typed TEXT,
  number VARCHAR(40),
  unit TEXT,
  normal_low VARCHAR(40),
  normal_high VARCHAR(40),
  out_of_range BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  id SERIAL NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT pk_form_value PRIMARY KEY (id),
  CONSTRAINT uq_form_value_entry_id UNIQUE (entry_id, item),
  CONSTRAINT ck_form_value_reason CHECK (reason <> '' OR (typed IS NOT NULL AND NOT out_of_range)),
  CONSTRAINT ck_form_value_not_done CHECK (typed IS NOT NULL OR (number IS NULL AND NOT out_of_range)),
  CONSTRAINT ck_form_value_limits CHECK (normal_low IS NULL OR normal_high IS NULL OR CAST(normal_low AS NUMERIC) <= CAST(normal_high AS NUMERIC)),
  CONSTRAINT fk_form_value_entry_id FOREIGN KEY(entry_id) REFERENCES form_entry (id)
)
--
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are never %', TG_TABLE_NAME,
  CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END USING ERRCODE = '23514'; END $$;
CREATE FUNCTION refuse_unversioned_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id THEN
    RAISE EXCEPTION 'rows of % change one version at a time', TG_TABLE_NAME
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
--
CREATE TRIGGER account_is_kept BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER account_is_never_emptied BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER account_stands BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE TRIGGER adverse_event_is_kept BEFORE DELETE ON adverse_event FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER adverse_event_is_never_emptied BEFORE TRUNCATE ON adverse_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER adverse_event_stands BEFORE UPDATE ON adverse_event FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION refuse_locked_adverse_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER adverse_event_in_lock BEFORE INSERT OR UPDATE ON adverse_event FOR EACH ROW EXECUTE FUNCTION refuse_locked_adverse_event()
--
CREATE TRIGGER adverse_event_follow_up_is_kept BEFORE DELETE ON adverse_event_follow_up FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER adverse_event_follow_up_is_never_emptied BEFORE TRUNCATE ON adverse_event_follow_up FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER adverse_event_follow_up_stands BEFORE UPDATE ON adverse_event_follow_up FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION refuse_locked_adverse_event_follow_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER adverse_event_follow_up_in_lock BEFORE INSERT OR UPDATE ON adverse_event_follow_up FOR EACH ROW EXECUTE FUNCTION refuse_locked_adverse_event_follow_up()
--
CREATE TRIGGER audit_event_is_kept BEFORE DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER audit_event_is_never_emptied BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER audit_event_stands BEFORE UPDATE ON audit_event FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER candidate_is_kept BEFORE DELETE ON candidate FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER candidate_is_never_emptied BEFORE TRUNCATE ON candidate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER candidate_stands BEFORE UPDATE ON candidate FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE TRIGGER consent_is_kept BEFORE DELETE ON consent FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER consent_is_never_emptied BEFORE TRUNCATE ON consent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER consent_stands BEFORE UPDATE ON consent FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER consent_form_is_kept BEFORE DELETE ON consent_form FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER consent_form_is_never_emptied BEFORE TRUNCATE ON consent_form FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER consent_form_stands BEFORE UPDATE ON consent_form FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER criterion_answer_is_kept BEFORE DELETE ON criterion_answer FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER criterion_answer_is_never_emptied BEFORE TRUNCATE ON criterion_answer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER criterion_answer_stands BEFORE UPDATE ON criterion_answer FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE FUNCTION criterion_answer_visit_took_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.visit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM visit v WHERE v.id = NEW.visit_id AND v.candidate_id = NEW.candidate_id AND v.participant_id IS NOT NULL AND v.day IS NOT NULL AND NOT v.voided) THEN RAISE EXCEPTION 'a row violates constraint "criterion_answer_visit_took_place"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER criterion_answer_visit_took_place AFTER INSERT OR UPDATE ON criterion_answer FOR EACH ROW EXECUTE FUNCTION criterion_answer_visit_took_place()
--
CREATE FUNCTION refuse_locked_criterion_answer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT p.id FROM participant p WHERE p.candidate_id = NEW.candidate_id) AND (l.visit_id IS NULL OR l.visit_id = NEW.visit_id)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT p.id FROM participant p WHERE p.candidate_id = OLD.candidate_id) AND (l.visit_id IS NULL OR l.visit_id = OLD.visit_id)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER criterion_answer_in_lock BEFORE INSERT OR UPDATE ON criterion_answer FOR EACH ROW EXECUTE FUNCTION refuse_locked_criterion_answer()
--
CREATE TRIGGER data_lock_is_kept BEFORE DELETE ON data_lock FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER data_lock_is_never_emptied BEFORE TRUNCATE ON data_lock FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER data_lock_stands BEFORE UPDATE ON data_lock FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE TRIGGER deviation_is_kept BEFORE DELETE ON deviation FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER deviation_is_never_emptied BEFORE TRUNCATE ON deviation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER deviation_stands BEFORE UPDATE ON deviation FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION refuse_locked_deviation() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER deviation_in_lock BEFORE INSERT OR UPDATE ON deviation FOR EACH ROW EXECUTE FUNCTION refuse_locked_deviation()
--
CREATE TRIGGER dose_is_kept BEFORE DELETE ON dose FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER dose_is_never_emptied BEFORE TRUNCATE ON dose FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER dose_stands BEFORE UPDATE ON dose FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION dose_after_the_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT NEW.voided AND EXISTS (SELECT 1 FROM participant p LEFT JOIN withdrawal w ON w.candidate_id = p.candidate_id AND w.withdrawn_at >= p.enrolled_at WHERE p.id = NEW.participant_id AND (NEW.given_on > p.ended_on OR NEW.given_at > w.withdrawn_at)) THEN RAISE EXCEPTION 'a row violates constraint "dose_after_the_end"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER dose_after_the_end AFTER INSERT OR UPDATE ON dose FOR EACH ROW EXECUTE FUNCTION dose_after_the_end()
--
CREATE FUNCTION refuse_locked_dose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER dose_in_lock BEFORE INSERT OR UPDATE ON dose FOR EACH ROW EXECUTE FUNCTION refuse_locked_dose()
--
CREATE TRIGGER event_is_kept BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER event_stands BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER form_entry_is_kept BEFORE DELETE ON form_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER form_entry_is_never_emptied BEFORE TRUNCATE ON form_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER form_entry_stands BEFORE UPDATE ON form_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE FUNCTION form_entry_visit_took_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM visit v WHERE v.id = NEW.visit_id AND (v.day IS NULL OR v.voided)) THEN RAISE EXCEPTION 'a row violates constraint "form_entry_visit_took_place"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER form_entry_visit_took_place AFTER INSERT OR UPDATE ON form_entry FOR EACH ROW EXECUTE FUNCTION form_entry_visit_took_place()
--
CREATE FUNCTION refuse_locked_form_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT coalesce(t1.participant_id, (SELECT p.id FROM participant p WHERE p.candidate_id = t1.candidate_id)) FROM visit t1 WHERE t1.id = NEW.visit_id) AND (l.visit_id IS NULL OR l.visit_id = NEW.visit_id)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT coalesce(t1.participant_id, (SELECT p.id FROM participant p WHERE p.candidate_id = t1.candidate_id)) FROM visit t1 WHERE t1.id = OLD.visit_id) AND (l.visit_id IS NULL OR l.visit_id = OLD.visit_id)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER form_entry_in_lock BEFORE INSERT OR UPDATE ON form_entry FOR EACH ROW EXECUTE FUNCTION refuse_locked_form_entry()
--
CREATE TRIGGER form_value_is_kept BEFORE DELETE ON form_value FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER form_value_is_never_emptied BEFORE TRUNCATE ON form_value FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER form_value_stands BEFORE UPDATE ON form_value FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION refuse_locked_form_value() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT (SELECT coalesce(t2.participant_id, (SELECT p.id FROM participant p WHERE p.candidate_id = t2.candidate_id)) FROM visit t2 WHERE t2.id = t1.visit_id) FROM form_entry t1 WHERE t1.id = NEW.entry_id) AND (l.visit_id IS NULL OR l.visit_id = (SELECT t1.visit_id FROM form_entry t1 WHERE t1.id = NEW.entry_id))) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT (SELECT coalesce(t2.participant_id, (SELECT p.id FROM participant p WHERE p.candidate_id = t2.candidate_id)) FROM visit t2 WHERE t2.id = t1.visit_id) FROM form_entry t1 WHERE t1.id = OLD.entry_id) AND (l.visit_id IS NULL OR l.visit_id = (SELECT t1.visit_id FROM form_entry t1 WHERE t1.id = OLD.entry_id))) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER form_value_in_lock BEFORE INSERT OR UPDATE ON form_value FOR EACH ROW EXECUTE FUNCTION refuse_locked_form_value()
--
CREATE TRIGGER grade_decision_is_kept BEFORE DELETE ON grade_decision FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER grade_decision_is_never_emptied BEFORE TRUNCATE ON grade_decision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER grade_decision_stands BEFORE UPDATE ON grade_decision FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE FUNCTION refuse_locked_grade_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER grade_decision_in_lock BEFORE INSERT OR UPDATE ON grade_decision FOR EACH ROW EXECUTE FUNCTION refuse_locked_grade_decision()
--
CREATE TRIGGER ledger_entry_is_kept BEFORE DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER ledger_entry_is_never_emptied BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER ledger_entry_stands BEFORE UPDATE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE FUNCTION ledger_entry_stock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT SUM(CASE WHEN l.kind IN ('received', 'returned') THEN l.amount WHEN l.kind = 'lost' AND l.participant_id IS NOT NULL THEN 0 ELSE -l.amount END) FROM ledger_entry l WHERE l.lot = NEW.lot AND l.kind <> 'void' AND NOT EXISTS (SELECT 1 FROM ledger_entry v WHERE v.voids_id = l.id)) < 0 THEN RAISE EXCEPTION 'a row violates constraint "ledger_entry_stock"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER ledger_entry_stock AFTER INSERT OR UPDATE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_stock()
--
CREATE FUNCTION ledger_entry_in_hand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT SUM(CASE WHEN l.kind = 'dispensed' THEN l.amount ELSE -l.amount END) FROM ledger_entry l WHERE l.lot = NEW.lot AND l.participant_id = NEW.participant_id AND l.kind <> 'void' AND NOT EXISTS (SELECT 1 FROM ledger_entry v WHERE v.voids_id = l.id)) < 0 THEN RAISE EXCEPTION 'a row violates constraint "ledger_entry_in_hand"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER ledger_entry_in_hand AFTER INSERT OR UPDATE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_in_hand()
--
CREATE FUNCTION refuse_locked_ledger_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER ledger_entry_in_lock BEFORE INSERT OR UPDATE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION refuse_locked_ledger_entry()
--
CREATE TRIGGER medication_is_kept BEFORE DELETE ON medication FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER medication_is_never_emptied BEFORE TRUNCATE ON medication FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER medication_stands BEFORE UPDATE ON medication FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION refuse_locked_medication() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER medication_in_lock BEFORE INSERT OR UPDATE ON medication FOR EACH ROW EXECUTE FUNCTION refuse_locked_medication()
--
CREATE TRIGGER medication_period_is_kept BEFORE DELETE ON medication_period FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER medication_period_is_never_emptied BEFORE TRUNCATE ON medication_period FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER medication_period_stands BEFORE UPDATE ON medication_period FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION medication_period_overlap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT NEW.voided AND EXISTS (SELECT 1 FROM medication_period o WHERE o.medication_id = NEW.medication_id AND o.id <> NEW.id AND NOT o.voided AND o.start_hi <= NEW.stop_lo AND NEW.start_hi <= o.stop_lo) THEN RAISE EXCEPTION 'a row violates constraint "medication_period_overlap"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER medication_period_overlap AFTER INSERT OR UPDATE ON medication_period FOR EACH ROW EXECUTE FUNCTION medication_period_overlap()
--
CREATE FUNCTION refuse_locked_medication_period() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT t1.participant_id FROM medication t1 WHERE t1.id = NEW.medication_id) AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT t1.participant_id FROM medication t1 WHERE t1.id = OLD.medication_id) AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER medication_period_in_lock BEFORE INSERT OR UPDATE ON medication_period FOR EACH ROW EXECUTE FUNCTION refuse_locked_medication_period()
--
CREATE TRIGGER participant_is_kept BEFORE DELETE ON participant FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER participant_is_never_emptied BEFORE TRUNCATE ON participant FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER participant_stands BEFORE UPDATE ON participant FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION refuse_locked_participant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER participant_in_lock BEFORE INSERT OR UPDATE ON participant FOR EACH ROW EXECUTE FUNCTION refuse_locked_participant()
--
CREATE TRIGGER query_is_kept BEFORE DELETE ON query FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER query_is_never_emptied BEFORE TRUNCATE ON query FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER query_stands BEFORE UPDATE ON query FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE TRIGGER query_message_is_kept BEFORE DELETE ON query_message FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER query_message_is_never_emptied BEFORE TRUNCATE ON query_message FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER query_message_stands BEFORE UPDATE ON query_message FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER safety_report_is_kept BEFORE DELETE ON safety_report FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER safety_report_is_never_emptied BEFORE TRUNCATE ON safety_report FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER safety_report_stands BEFORE UPDATE ON safety_report FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION refuse_locked_safety_report() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = NEW.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = OLD.participant_id AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER safety_report_in_lock BEFORE INSERT OR UPDATE ON safety_report FOR EACH ROW EXECUTE FUNCTION refuse_locked_safety_report()
--
CREATE TRIGGER screen_failure_is_kept BEFORE DELETE ON screen_failure FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER screen_failure_is_never_emptied BEFORE TRUNCATE ON screen_failure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER screen_failure_stands BEFORE UPDATE ON screen_failure FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE FUNCTION refuse_locked_screen_failure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT p.id FROM participant p WHERE p.candidate_id = NEW.candidate_id) AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT p.id FROM participant p WHERE p.candidate_id = OLD.candidate_id) AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER screen_failure_in_lock BEFORE INSERT OR UPDATE ON screen_failure FOR EACH ROW EXECUTE FUNCTION refuse_locked_screen_failure()
--
CREATE TRIGGER screened_is_kept BEFORE DELETE ON screened FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER screened_is_never_emptied BEFORE TRUNCATE ON screened FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER screened_stands BEFORE UPDATE ON screened FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER screening_run_is_kept BEFORE DELETE ON screening_run FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER screening_run_is_never_emptied BEFORE TRUNCATE ON screening_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER screening_run_stands BEFORE UPDATE ON screening_run FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE TRIGGER signature_is_kept BEFORE DELETE ON signature FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER signature_is_never_emptied BEFORE TRUNCATE ON signature FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER signature_stands BEFORE UPDATE ON signature FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER source_mark_is_kept BEFORE DELETE ON source_mark FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER source_mark_is_never_emptied BEFORE TRUNCATE ON source_mark FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER source_mark_stands BEFORE UPDATE ON source_mark FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER visit_is_kept BEFORE DELETE ON visit FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER visit_is_never_emptied BEFORE TRUNCATE ON visit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER visit_stands BEFORE UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION refuse_unversioned_change()
--
CREATE FUNCTION visit_after_the_end() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT NEW.voided AND EXISTS (SELECT 1 FROM participant p WHERE p.id = NEW.participant_id AND NEW.day > p.ended_on AND NOT (p.ended_why = 'withdrawal by participant' AND EXISTS (SELECT 1 FROM withdrawal w WHERE w.candidate_id = p.candidate_id AND w.withdrawn_at >= p.enrolled_at AND w.scope = 'treatment'))) THEN RAISE EXCEPTION 'a row violates constraint "visit_after_the_end"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER visit_after_the_end AFTER INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION visit_after_the_end()
--
CREATE FUNCTION visit_with_forms_took_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.day IS NULL AND EXISTS (SELECT 1 FROM form_entry f WHERE f.visit_id = NEW.id) THEN RAISE EXCEPTION 'a row violates constraint "visit_with_forms_took_place"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER visit_with_forms_took_place AFTER INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION visit_with_forms_took_place()
--
CREATE FUNCTION visit_with_answers_took_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.day IS NULL AND EXISTS (SELECT 1 FROM criterion_answer a WHERE a.visit_id = NEW.id) THEN RAISE EXCEPTION 'a row violates constraint "visit_with_answers_took_place"' USING ERRCODE = '23514'; END IF; RETURN NULL; END $$
--
CREATE TRIGGER visit_with_answers_took_place AFTER INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION visit_with_answers_took_place()
--
CREATE FUNCTION refuse_locked_visit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = coalesce(NEW.participant_id, (SELECT p.id FROM participant p WHERE p.candidate_id = NEW.candidate_id)) AND (l.visit_id IS NULL OR l.visit_id = NEW.id)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = coalesce(OLD.participant_id, (SELECT p.id FROM participant p WHERE p.candidate_id = OLD.candidate_id)) AND (l.visit_id IS NULL OR l.visit_id = OLD.id)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER visit_in_lock BEFORE INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION refuse_locked_visit()
--
CREATE TRIGGER waiver_is_kept BEFORE DELETE ON waiver FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER waiver_is_never_emptied BEFORE TRUNCATE ON waiver FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER waiver_stands BEFORE UPDATE ON waiver FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE FUNCTION refuse_locked_waiver() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT p.id FROM participant p WHERE p.candidate_id = NEW.candidate_id) AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; IF TG_OP = 'UPDATE' THEN IF EXISTS (SELECT 1 FROM data_lock l WHERE l.unlocked_at IS NULL AND l.participant_id = (SELECT p.id FROM participant p WHERE p.candidate_id = OLD.candidate_id) AND (l.visit_id IS NULL)) THEN RAISE EXCEPTION 'these data are locked' USING ERRCODE = '23514'; END IF; END IF; RETURN NEW; END $$
--
CREATE TRIGGER waiver_in_lock BEFORE INSERT OR UPDATE ON waiver FOR EACH ROW EXECUTE FUNCTION refuse_locked_waiver()
--
CREATE TRIGGER withdrawal_is_kept BEFORE DELETE ON withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER withdrawal_is_never_emptied BEFORE TRUNCATE ON withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
--
CREATE TRIGGER withdrawal_stands BEFORE UPDATE ON withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_change()

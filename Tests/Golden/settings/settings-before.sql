-- settings-before.sql - a settings file as it was when its tables were written by hand. It must serve for ever: the
-- phone rings also between an update of the programs and the next `opsfabric apply`.
PRAGMA application_id = 1296257651;
PRAGMA user_version = 1204806912;
CREATE TABLE installation (         -- one row
  applied_at INTEGER NOT NULL,      -- milliseconds since 1970
  public_url TEXT NOT NULL,
  account_sid TEXT NOT NULL,
  auth_token TEXT NOT NULL,
  api_base TEXT NOT NULL,
  lookups_base TEXT NOT NULL,
  lookup INTEGER NOT NULL,
  messages_per_second REAL NOT NULL,
  concurrency INTEGER NOT NULL,
  sms_per_hour INTEGER NOT NULL,
  sms_per_day INTEGER NOT NULL,
  mails_per_hour INTEGER NOT NULL,
  mails_per_day INTEGER NOT NULL,
  lookups_per_hour INTEGER NOT NULL,
  lookups_per_day INTEGER NOT NULL,
  smtp_url TEXT,                    -- NULL: no mail
  smtp_from TEXT,
  smtp_username TEXT,
  smtp_password TEXT,
  alert_emails TEXT NOT NULL,       -- lists are separated by spaces
  alert_numbers TEXT NOT NULL,
  heartbeat_url TEXT,
  retention_days INTEGER NOT NULL,
  csv_profile TEXT NOT NULL,
  sqs_queue_url TEXT,               -- NULL: intake by SQLite
  sqs_region TEXT,
  sqs_access_key_id TEXT,           -- NULL: the environment's
  sqs_secret_access_key TEXT,
  tick_secret TEXT,
  tick_seconds INTEGER NOT NULL,
  journal_mode TEXT NOT NULL
) STRICT;
INSERT INTO installation VALUES(1770000000123,'https://ruf.example.ch/cgi-bin','ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','tok''en "1"','http://127.0.0.1:9000','http://127.0.0.1:9001',0,0.25,3,11,12,15,16,17,18,'smtps://mail.example.ch:465','ruf@example.ch','ruf','p w','a@example.ch b@example.ch','+41790000001','https://hc.example.ch/x',90,'banana','https://sqs.example.ch/1/q','eu-central-2','AK','s3','0123456789abcdef',25,'delete');
CREATE TABLE tenant (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  language TEXT NOT NULL,
  timezone TEXT NOT NULL,
  mode TEXT NOT NULL,
  voice_numbers TEXT NOT NULL,
  forward_to TEXT,
  sms_sender TEXT NOT NULL,
  callback_phone TEXT NOT NULL,
  website_domain TEXT NOT NULL,
  ring_seconds INTEGER NOT NULL,
  screening INTEGER NOT NULL,
  voice_menu INTEGER NOT NULL,
  announcement TEXT NOT NULL,       -- standard, none, or text:WORDS
  reject_blocked INTEGER NOT NULL,
  sms_delay_seconds INTEGER NOT NULL,
  quiet_from INTEGER NOT NULL,      -- minutes of the day
  quiet_to INTEGER NOT NULL,
  quiet_policy TEXT NOT NULL,
  dedupe_minutes INTEGER NOT NULL,
  max_sms_per_day INTEGER NOT NULL,
  spam_missed_calls_per_day INTEGER NOT NULL,
  sms_per_hour INTEGER NOT NULL,
  sms_per_day INTEGER NOT NULL,
  forms_per_hour INTEGER NOT NULL,  -- told one by one
  block_days INTEGER,               -- NULL: for good
  business_hours TEXT NOT NULL,     -- 1:480-720,780-1020;2:480-720 with Monday = 1
  holidays TEXT NOT NULL,           -- 2026-08-01, or 0-08-01 for every year
  sla_high_minutes INTEGER NOT NULL,
  sla_callback_minutes INTEGER NOT NULL,
  weekend_policy TEXT NOT NULL,
  allowed_countries TEXT NOT NULL,
  staff_numbers TEXT NOT NULL,
  account_debit TEXT,               -- NULL: no booking lines
  account_credit TEXT,
  text_missed_call TEXT,            -- NULL: the built-in text
  text_urgent TEXT,
  text_callback TEXT,
  text_wizard TEXT,
  text_free_text TEXT,
  answers TEXT NOT NULL,            -- what people answer with one tap, one per line
  notify TEXT NOT NULL,             -- channel>to>on,on>when>order>name, one per line
  account_sid TEXT,                 -- NULL: the installation's account
  auth_token TEXT,
  report_email TEXT NOT NULL,
  active INTEGER NOT NULL,
  currency TEXT                     -- NULL: that of the voice number's country
) STRICT, WITHOUT ROWID;
INSERT INTO tenant VALUES('doerfler','Dörfler AG «Zürich»','fr','Europe/Paris','carrier_forwarding','+41434435200 +41434435299','+41791112233','MGcccccccccccccccccccccccccccccccc','+41434435201','doerfler.example:8443',25,1,0,'text:Merci: à bientôt > tout de suite',1,45,1320,1440,'skip',0,7,9,13,14,19,30,'1:480-720,840-1080;7:0-1440','0-8-1 2027-12-24',15,120,'same','CH DE','+41790000009 +41790000008','6510','2000',replace('Zeile 1\nZeile 2 {phone}','\n',char(10)),'u','c {SLA}','{wizard_link}','f',replace('Bin in 20 Minuten da.\nBis {SLA}, {name}.','\n',char(10)),replace('sms>+41790000007>new,urgent>business>2>Frau Müller (Büro)\nemail>chef@example.ch>escalation>off_hours>1>','\n',char(10)),'ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','own','buch@example.ch chef@example.ch',0,'EUR');
INSERT INTO tenant VALUES('plain','plain','de','Europe/Zurich','front_number','+41434435210',NULL,'+41434435210','+41434435210','plain.example',18,0,1,'standard',0,30,1260,420,'defer',15,3,5,500,1500,30,NULL,'1:480-720,780-1020;2:480-720,780-1020;3:480-720,780-1020;4:480-720,780-1020;5:480-720,780-1020','',30,240,'next_business_day','CH LI DE AT FR IT','',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'','',NULL,NULL,'',1,NULL);
CREATE TABLE voice_number (         -- a called number -> its tenant
  number TEXT NOT NULL,
  tenant TEXT NOT NULL,
  PRIMARY KEY (number, tenant)
) STRICT, WITHOUT ROWID;
INSERT INTO voice_number VALUES('+41434435200','doerfler');
INSERT INTO voice_number VALUES('+41434435210','plain');
INSERT INTO voice_number VALUES('+41434435299','doerfler');
CREATE TABLE sender (               -- the address a reply was sent to -> the tenants that text from it
  address TEXT NOT NULL,
  tenant TEXT NOT NULL,
  PRIMARY KEY (address, tenant)
) STRICT, WITHOUT ROWID;
INSERT INTO sender VALUES('+41434435200','doerfler');
INSERT INTO sender VALUES('+41434435210','plain');
INSERT INTO sender VALUES('+41434435299','doerfler');
INSERT INTO sender VALUES('MGcccccccccccccccccccccccccccccccc','doerfler');
CREATE TABLE own_number (           -- never a customer; tenant '' = for every tenant
  number TEXT NOT NULL,
  tenant TEXT NOT NULL,
  PRIMARY KEY (number, tenant)
) STRICT, WITHOUT ROWID;
INSERT INTO own_number VALUES('+41434435200','');
INSERT INTO own_number VALUES('+41434435201','doerfler');
INSERT INTO own_number VALUES('+41434435210','');
INSERT INTO own_number VALUES('+41434435210','plain');
INSERT INTO own_number VALUES('+41434435299','');
INSERT INTO own_number VALUES('+41790000001','');
INSERT INTO own_number VALUES('+41790000007','doerfler');
INSERT INTO own_number VALUES('+41790000008','doerfler');
INSERT INTO own_number VALUES('+41790000009','doerfler');
INSERT INTO own_number VALUES('+41791112233','doerfler');
CREATE TABLE account (              -- whose token signs a webhook
  sid TEXT NOT NULL PRIMARY KEY,
  auth_token TEXT NOT NULL,
  tenant TEXT                       -- NULL: the installation's account
) STRICT, WITHOUT ROWID;
INSERT INTO account VALUES('ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','tok''en "1"',NULL);
INSERT INTO account VALUES('ACbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','own','doerfler');

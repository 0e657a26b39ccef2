//! The rules of the licence desk, pure: the same code runs in the browser (for the instant preview) and on the
//! server (where it decides). No clock, no randomness, no input or output: whoever calls brings the facts.

mod access;
mod account;
mod application;
mod certificate;
mod connect;
mod date;
mod directory;
mod employment;
mod error;
mod extension;
mod id_set;
mod ids;
mod invoice;
mod journal;
mod letter;
mod manage;
mod money;
mod news;
mod notifications;
mod operation;
mod order;
mod partner;
mod password;
mod people_list;
mod person;
mod plan;
mod pool;
mod reconciliation;
mod region;
mod registration;
mod requisites;
mod rules;
mod selection;
mod service_address;
mod session;
mod sign_up;
mod statement;
mod stock;

pub use access::{BUILT_IN_NAMES, Capability, Coverage, Rights, Role};
pub use account::{
    Account, AccountData, AccountFilter, AccountForm, AccountRow, AccountState, Level, Organization, OwnRole, RoleForm,
    is_forged, sign_in_email, sms_phone,
};
pub use application::{
    Application, ApplicationFilter, ApplicationForm, ApplicationState, Choice, DealFault, MAX_COMMENT_CHARS,
    MAX_OWNERS, MAX_REMARK_CHARS, NewApplication, Owner, OwnerForm, Purpose, Recorded, Settlement, admits_purpose,
    remark, settlement,
};
pub use certificate::{
    AuthorityFault, EXPIRING_SECONDS, INVITATION_SECONDS, Invitation, Issuer, LinkFault, MAX_CERTIFICATE_YEARS,
    MAX_REASON_CHARS, Task, TaskAuthor, TaskClass, TaskEvent, TaskFilter, TaskPlan, TaskRow, TaskSortKey, TaskState,
    TaskStep, TaskView, Tasks, Way, admits_link, plan_tasks, step,
};
pub use connect::{
    CONNECT_STEPS, ConnectDraft, Contacts, ReadyDraft, Responsible, ResponsibleForm, ServiceForm, ServiceNamed,
    check_list,
};
pub use date::{Date, Instant};
pub use directory::{
    Counts, Direction, Directory, Filter, Frame, Held, LicenceFilter, MAX_SEARCH_CHARS, MemberRow, PAGE_SIZES, Sort,
    SortKey, Tab, View,
};
pub use employment::Employment;
pub use error::{DeskError, FieldError, FieldProblem, Moved};
pub use extension::{
    Charge, Connected, EXTENSION_GROUP, Extension, ExtensionSize, OwnerRole, Promotion, PromotionUse, UNLIMITED_SEATS,
    percent_of,
};
pub use id_set::IdSet;
pub use ids::{
    AccountId, ApplicationId, AssignmentId, ContractId, GroupId, LetterId, MemberId, OperationId, OrderId,
    OrganizationId, PasskeyId, PoolId, ProductId, RoleId, SessionId, TaskId,
};
pub use invoice::{BankText, InvoiceText};
pub use journal::{ActAuthor, ActGroup, Journal, JournalFilter, JournalRow};
pub use letter::{
    AccessLetter, Channel, Delivery, Letter, LetterKind, LetterRow, LetterState, LetterTry, OURSELVES, PoolNamed,
    REMINDER_DAYS, after, reminder,
};
pub use manage::{
    Beside, Done, Fault, Give, HeldSeat, Holding, ManagePlan, ManageUndo, ProductChange, Replan, SeatOf, Shortage,
    Want, Wish, available, beside, manage, sources, unmanage,
};
pub use money::Kopecks;
pub use news::{News, NewsFault, NewsText, Subscription, paragraphs};
pub use notifications::{DayTime, Language, Notice, NoticeForm, Notifications, NotificationsForm, Quiet};
pub use operation::{
    Approval, ApprovalForm, ApprovalRules, Confirmation, Decided, Decision, Deletion, HANDS_SECONDS, Kind, LeftOut,
    OperationState, OperationSummary, Operations, Outcome, Preview, Report, ReportRow, Returned, TaskConfirmation,
    TaskPreview, Waits,
};
pub use order::{
    Buyer, MAX_SEATS, Mismatch, NewOrder, Offer, Order, OrderForm, OrderLine, OrderState, Payment, PaymentOutcome,
    Seller, Trial, invoices_in, pays, total,
};
pub use partner::{
    Attention, ENDING_DAYS, FAILED_DAYS, GRANTABLE, Grant, GrantForm, PartnerCode, Served, attention, grantable,
};
pub use password::{LEAST, LEAST_WITH_FACTOR, check_password, needs_factor, repeated};
pub use people_list::{LineError, MAX_LIST_BYTES, MAX_LISTED, people_of, person_line};
pub use person::{Email, Group, MAX_EMAILS, NewMember, NewMemberForm, PersonName, emails_of, fold, search_words};
pub use plan::{Class, Deed, Plan, Reason, Refusal, Snapshot, admit, plan};
pub use pool::{Identification, Pool, PoolCode, Product, Reach, SIGNATURE_GROUP, SignatureKind};
pub use reconciliation::{
    ChargeLine, Contract, Month, MonthSummary, MovedLines, Reconciliation, ReconciliationState, Said, Side, Word,
    charged, invoice_lines, lines_digest, moved_lines, seen_lines, stands,
};
pub use region::Region;
pub use registration::{
    CheckedKey, KEY_BLOCK_SECONDS, KEY_CHECK_SECONDS, KEY_TRIES, KeyForm, NewKey, Registered, RegistrationForm,
    day as typed_day, key_number,
};
pub use requisites::{Inn, is_kpp};
pub use rules::{Assortment, Plans, ProductRules, RuledProduct, RulesFault, ServicePlan};
pub use selection::{AllBut, MAX_FILTERS, Selection};
pub use service_address::{AddressFault, ServiceAddress};
pub use session::{Device, MAX_DEVICE_CHARS, SessionRow};
pub use sign_up::{SignUp, SignUpForm};
pub use statement::{StatementError, StatementPayment, statement};
pub use stock::{
    Holder, MonthSeats, PACE_DAYS, PoolSeats, PoolStatus, ProductTotal, SeatFilter, SeatFlow, SeatForm, Stock,
    StockFilter, renews,
};

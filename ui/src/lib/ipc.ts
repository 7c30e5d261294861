/**
 * The one place that talks to the shell: one function a command. A command
 * that fails rejects with an `ErrorView`, and with nothing else.
 *
 * No command takes or gives a recovery word, a PIN, a seed or a key.
 */
import { Channel, invoke } from "@tauri-apps/api/core";
import type { AccountSearch } from "../bindings/AccountSearch";
import type { AccountView } from "../bindings/AccountView";
import type { ActivityPage } from "../bindings/ActivityPage";
import type { ActivityQuery } from "../bindings/ActivityQuery";
import type { AppState } from "../bindings/AppState";
import type { Backup } from "../bindings/Backup";
import type { BackupReport } from "../bindings/BackupReport";
import type { BackupView } from "../bindings/BackupView";
import type { ChargeInput } from "../bindings/ChargeInput";
import type { ChargePage } from "../bindings/ChargePage";
import type { ChargeQuery } from "../bindings/ChargeQuery";
import type { ChargeView } from "../bindings/ChargeView";
import type { ColdForm } from "../bindings/ColdForm";
import type { ColdFrames } from "../bindings/ColdFrames";
import type { ColdRequestView } from "../bindings/ColdRequestView";
import type { ContactView } from "../bindings/ContactView";
import type { ErrorView } from "../bindings/ErrorView";
import type { ItemInput } from "../bindings/ItemInput";
import type { KeyringView } from "../bindings/KeyringView";
import type { Language } from "../bindings/Language";
import type { NetworkCheck } from "../bindings/NetworkCheck";
import type { NetworkInput } from "../bindings/NetworkInput";
import type { NetworkPreset } from "../bindings/NetworkPreset";
import type { NetworkView } from "../bindings/NetworkView";
import type { Overview } from "../bindings/Overview";
import type { PaymentView } from "../bindings/PaymentView";
import type { PolicyInput } from "../bindings/PolicyInput";
import type { PrintedView } from "../bindings/PrintedView";
import type { ProposalView } from "../bindings/ProposalView";
import type { ProposeInput } from "../bindings/ProposeInput";
import type { ReceiveInput } from "../bindings/ReceiveInput";
import type { ReceiveView } from "../bindings/ReceiveView";
import type { RefundInput } from "../bindings/RefundInput";
import type { RefundView } from "../bindings/RefundView";
import type { Region } from "../bindings/Region";
import type { RemovalProof } from "../bindings/RemovalProof";
import type { ReplacementAct } from "../bindings/ReplacementAct";
import type { ReplacementView } from "../bindings/ReplacementView";
import type { ReportKind } from "../bindings/ReportKind";
import type { ReportView } from "../bindings/ReportView";
import type { RequestView } from "../bindings/RequestView";
import type { Sealing } from "../bindings/Sealing";
import type { StaffInput } from "../bindings/StaffInput";
import type { SweepView } from "../bindings/SweepView";
import type { Theme } from "../bindings/Theme";
import type { TillInput } from "../bindings/TillInput";
import type { TillView } from "../bindings/TillView";
import type { WatchView } from "../bindings/WatchView";
import type { WordLanguage } from "../bindings/WordLanguage";
import type { ChargeCodes } from "../bindings/shell/ChargeCodes";
import type { CodeReader } from "../bindings/shell/CodeReader";
import type { CustomerScene } from "../bindings/shell/CustomerScene";
import type { ReceiptFormat } from "../bindings/shell/ReceiptFormat";
import type { ReportFormat } from "../bindings/shell/ReportFormat";
import type { ShellEvent } from "../bindings/shell/ShellEvent";

/** Whether something caught is an error of the wallet. */
function isErrorView(value: unknown): value is ErrorView {
  return typeof value === "object" && value !== null && "code" in value && "money" in value;
}

/** What was caught, as an error of the wallet. */
export function asError(caught: unknown): ErrorView {
  if (isErrorView(caught)) return caught;
  return { code: "internal", retryable: false, money: "safe", values: {} };
}

async function call<T>(command: string, args?: Record<string, unknown> | Uint8Array): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (caught) {
    throw asError(caught);
  }
}

// The shell

/** Says that the page is drawn, and asks for events. What waited comes first. */
export function frontEndReady(listener: (event: ShellEvent) => void): Promise<void> {
  const events = new Channel<ShellEvent>();
  events.onmessage = listener;
  return call("front_end_ready", { events });
}
/** Opens the profile again after it could not be opened. */
export const reopen = () => call<AppState>("reopen");
/** Asks where to, and saves a receipt there. None when the person changes their mind. */
export const saveReceipt = (id: string, format: ReceiptFormat) =>
  call<string | null>("save_receipt", { id, format });
/** Asks where to, and saves all payments as CSV. None when the person changes their mind. */
export const exportActivity = () => call<string | null>("export_activity");
/** Asks for a picture and reads the QR code in it. */
export const openImage = () => call<RequestView | null>("open_image");
/** Reads a request, text or picture, from the clipboard. */
export const readClipboard = () => call<RequestView>("read_clipboard");
/** Puts text into the clipboard. */
export const copyText = (text: string) => call<null>("copy_text", { text });

// The wallet as a whole

export const appState = () => call<AppState>("app_state");
export const setLanguage = (language: Language) => call<AppState>("set_language", { language });
export const setTheme = (theme: Theme) => call<AppState>("set_theme", { theme });

// The vault: each of these opens its window, or closes it

export const createWallet = (words: number, wordLanguage: WordLanguage, sealing: Sealing, backup: Backup) =>
  call<AppState>("create_wallet", { words, wordLanguage, sealing, backup });
export const restoreWallet = (sealing: Sealing) => call<AppState>("restore_wallet", { sealing });
export const unlock = () => call<AppState>("unlock");
export const lock = () => call<AppState>("lock");
export const showWords = () => call<AppState>("show_words");
export const checkWords = () => call<AppState>("check_words");
export const changePin = () => call<AppState>("change_pin");
export const cancelPrompt = () => call<null>("cancel_prompt");
export const testKeyring = () => call<KeyringView>("test_keyring");
export const backup = () => call<BackupView>("backup");
export const chooseBackupFolder = () => call<BackupView | null>("choose_backup_folder");
export const forgetBackupFolder = () => call<BackupView>("forget_backup_folder");
export const setBackupCheckDays = (days: number) => call<BackupView>("set_backup_check_days", { days });
/** The program starts anew when this has worked: no answer comes. */
export const removeWallet = (proof: RemovalProof) => call<null>("remove_wallet", { proof });
export const putOffBackupCheck = () => call<BackupView>("put_off_backup_check");
export const writeBackup = () => call<BackupReport | null>("write_backup");
export const checkBackup = () => call<BackupReport | null>("check_backup");
export const takeBackBackup = () => call<BackupReport | null>("take_back_backup");
export const searchAccounts = (deeper: boolean) => call<AccountSearch>("search_accounts", { deeper });
export const setPolicy = (policy: PolicyInput) => call<AppState>("set_policy", { policy });

// Accounts

export const accounts = () => call<AccountView[]>("accounts");
export const addAccount = (label: string) => call<AccountView>("add_account", { label });
/** From this computer's records: at once. */
export const overview = (account: number) => call<Overview>("overview", { account });
/** From the ledger. */
export const refresh = (account: number) => call<Overview>("refresh", { account });
export const topUp = (account: number, amount: string) => call<Overview>("top_up", { account, amount });

// Paying and receiving

export const readRequest = (text: string) => call<RequestView>("read_request", { text });
export const readImage = (bytes: Uint8Array) => call<RequestView>("read_image", bytes);
export const propose = (input: ProposeInput) => call<ProposalView>("propose", { input });
export const approve = (id: string) => call<PaymentView>("approve", { id });
/** What a cancellation or a higher fee would cost. */
export const proposeReplacement = (id: string, act: ReplacementAct) =>
  call<ReplacementView>("propose_replacement", { id, act });
export const cancelPayment = (id: string) => call<PaymentView>("cancel_payment", { id });
export const speedUpPayment = (id: string) => call<PaymentView>("speed_up_payment", { id });
export const payment = (id: string) => call<PaymentView>("payment", { id });
export const receive = (input: ReceiveInput) => call<ReceiveView>("receive", { input });

// Accounts whose keys are on another computer, and payments that it signs

/** Asks for files and reads the frames in them. None when the person changes their mind. */
export const openCodes = () => call<ColdFrames | null>("open_codes");
/** Reads the frames in one file, text or picture. */
export const readCodes = (bytes: Uint8Array) => call<ColdFrames>("read_codes", bytes);
/** Which account a public key leads to. Nothing is kept of it. */
export const previewWatched = (text: string, index: number) =>
  call<WatchView>("preview_watched", { text, index });
export const watchAccount = (text: string, index: number, label: string) =>
  call<AccountView>("watch_account", { text, index, label });
/** What the other computer is asked to sign. */
export const coldRequest = (id: string) => call<ColdRequestView>("cold_request", { id });
/** Asks where to, and saves it there. None when the person changes their mind. */
export const saveColdRequest = (id: string, form: ColdForm) =>
  call<string | null>("save_cold_request", { id, form });
/** Takes the signature, finds the payment that waits for it, and sends it. */
export const coldAnswer = (text: string) => call<PaymentView>("cold_answer", { text });
export const coldGiveUp = (id: string) => call<PaymentView>("cold_give_up", { id });

// Activity and contacts

export const activity = (query: ActivityQuery) => call<ActivityPage>("activity", { query });
export const contacts = () => call<ContactView[]>("contacts");
export const saveContact = (name: string, address: string) =>
  call<ContactView>("save_contact", { name, address });
export const removeContact = (address: string) => call<null>("remove_contact", { address });

// Networks

export const networks = () => call<NetworkView[]>("networks");
export const selectNetwork = (id: string) => call<AppState>("select_network", { id });
export const addNetwork = (input: NetworkInput) => call<NetworkView>("add_network", { input });
export const removeNetwork = (id: string) => call<null>("remove_network", { id });
export const checkNetwork = (id: string) => call<NetworkCheck>("check_network", { id });
export const checkNewNetwork = (input: NetworkInput) => call<NetworkCheck>("check_new_network", { input });
export const networkPresets = () => call<NetworkPreset[]>("network_presets");
/** Reads a network file. */
export const readNetwork = (text: string) => call<NetworkInput>("read_network", { text });
export const setRegion = (region: Region) => call<AppState>("set_region", { region });

// The till

/** None before it is set up. */
export const till = () => call<TillView | null>("till");
export const setUpTill = (input: TillInput) => call<TillView>("set_up_till", { input });
/** Has the vault sign the shop's name, in its own window. */
export const signShopName = () => call<TillView>("sign_shop_name");
export const saveStaff = (input: StaffInput) => call<TillView>("save_staff", { input });
export const removeStaff = (name: string) => call<TillView>("remove_staff", { name });
export const saveItem = (input: ItemInput) => call<TillView>("save_item", { input });
export const removeItem = (id: string) => call<TillView>("remove_item", { id });

// Charges

export const makeCharge = (input: ChargeInput) => call<ChargeView>("make_charge", { input });
export const charge = (id: string) => call<ChargeView>("charge", { id });
export const charges = (query: ChargeQuery) => call<ChargePage>("charges", { query });
/** Ends an open charge. */
export const closeCharge = (id: string) => call<ChargeView>("close_charge", { id });
/** Looks for it in every asset and on every network. */
export const lookAtCharge = (id: string) => call<ChargeView>("look_at_charge", { id });
/** Its QR codes, as SVG. */
export const chargeCodes = (id: string) => call<ChargeCodes>("charge_codes", { id });
/** Asks where to, and saves the customer's receipt there. */
export const saveChargeReceipt = (id: string, format: ReceiptFormat) =>
  call<string | null>("save_charge_receipt", { id, format });
export const printCharge = (id: string) => call<PrintedView>("print_charge", { id });
/** The same for the receipt of a refund, by the shop's number of it. */
export const saveRefundReceipt = (number: string, format: ReceiptFormat) =>
  call<string | null>("save_refund_receipt", { number, format });
export const printRefund = (number: string) => call<PrintedView>("print_refund", { number });
/** What it received, said aloud: WAV. */
export const chargeVoice = (id: string) => call<ArrayBuffer>("charge_voice", { id });
/** A sample sentence: WAV. */
export const voiceTest = (language: Language) => call<ArrayBuffer>("voice_test", { language });

// Money that goes back, money that is gathered, and the books

export const refund = (input: RefundInput) => call<RefundView>("refund", { input });
export const sweepState = () => call<SweepView>("sweep_state");
export const sweep = () => call<SweepView>("sweep");
export const report = (kind: ReportKind) => call<ReportView>("report", { kind });
/** The days that are closed, newest first. */
export const reports = () => call<ReportView[]>("reports");
/** Asks where to, and saves the books of a Z report, or of the day so far. */
export const saveReport = (number: number | null, format: ReportFormat) =>
  call<string | null>("save_report", { number, format });

// The customer display

export const openCustomer = () => call<null>("open_customer");
export const closeCustomer = () => call<null>("close_customer");
/** Shows a charge to the customer; none shows the shop's name. */
export const showCustomer = (charge: string | null, reader: CodeReader) =>
  call<null>("show_customer", { charge, reader });

/** The customer display's only call: it is drawn, and wants to be told what to show. */
export function customerReady(listener: (scene: CustomerScene) => void): Promise<void> {
  const scenes = new Channel<CustomerScene>();
  scenes.onmessage = listener;
  return call("customer_ready", { scenes });
}

import RelayDomain
import ServiceRuntime

/// What `baton-sandbox pos` reads, beside what every process reads; the table is in docs/sandbox.md.
public struct POSConfiguration: Sendable {
    /// Where drivers connect.
    public enum Socket: Hashable, Sendable, CustomStringConvertible {
        case path(String)
        case address(HostPort)

        public var description: String {
            switch self {
            case .path(let path): path
            case .address(let address): "\(address)"
            }
        }
    }

    /// `BATON_POS_SOCKET`; nil: the default, see ``socket(in:)``.
    public var socket: Socket?
    /// `BATON_DESTINATION`, a URL.
    public var destination: String
    /// `BATON_WINDOWS`, one per application.
    public var windows: [ApplicationWindow]
    /// `BATON_SALE`; nil: the cashier opens sales.
    public var sale: Amount?
    /// `BATON_PROGRAM`, whose points `accrue` and `redeem` move.
    public var program: ProgramID
    /// Whether what a driver entered stays in the field when it disconnects, as in POS programs that do not notice it.
    public var keepsFields: Bool
    /// Whether standard input belongs to a parent process and not to a cashier.
    public var hasNoCashier: Bool

    /// An input window and what it is for.
    public struct ApplicationWindow: Hashable, Sendable {
        /// The application whose codes the window accepts.
        public let application: ApplicationID
        /// What a sending from the window does.
        public let operation: Operation

        /// A window for one application and operation.
        public init(application: ApplicationID, operation: Operation) {
            self.application = application
            self.operation = operation
        }
    }

    /// - Throws: `SettingsError`.
    public init(_ settings: Settings) throws(SettingsError) {
        socket = try settings.readIfSet("BATON_POS_SOCKET", as: .socket, meaning: "Where drivers connect.")
        destination = try settings.read(
            "BATON_DESTINATION", as: .url("http", "https"), default: "http://127.0.0.1:7790",
            meaning: "The destination of the POS program's own connection.")
        windows = try settings.read(
            "BATON_WINDOWS", as: .windows, default: SettingKind<[ApplicationWindow]>.windows.example,
            meaning: "Input windows and what they are for.")
        sale = try settings.readIfSet("BATON_SALE", as: .sale, meaning: "A sample sale that opens by itself.")
        program = try settings.read(
            "BATON_PROGRAM", as: .program, default: SettingKind<ProgramID>.program.example,
            meaning: "The loyalty program of accrue and redeem.")
        keepsFields = try settings.read(
            "BATON_KEEPS_FIELDS", as: .bool, default: false,
            meaning: "Keep in the field what a driver entered when it disconnects.")
        hasNoCashier = try settings.read(
            "BATON_PARENT", as: .bool, default: false, meaning: "End when standard input does (children of baton up).")
    }

    /// The socket, or the default one in the home's folder of sockets.
    public func socket(in home: Home) throws -> Socket {
        try socket ?? .path(home.runDirectory() + "/pos.sock")
    }
}

import RelayDomain
import Sealing

/// Drives the input windows of one kind of POS program: locate, activate, enter, send, confirm.
///
/// Steps come one at a time and in this order. Each returns or throws within ``DriverLimits``. A step that throws
/// ``DriverFailure/refused(_:)`` has changed nothing.
public protocol InputWindowDriver: Sendable {
    /// Finds the input window of an application.
    func locate(_ application: ApplicationID) async throws(DriverFailure) -> InputWindow

    /// Makes the window ready for input and its field empty.
    /// - Returns: the open sale's sum, which stays the one to be charged from here on; nil if it cannot be read.
    func activate(_ window: InputWindow) async throws(DriverFailure) -> Amount?

    /// Puts the text into the field and reads it back.
    func enter(_ secret: Secret, into window: InputWindow) async throws(DriverFailure)

    /// Makes the POS program send what is entered. It must not be called twice with one mark.
    /// - Returns: the POS program's own number for the sending, which is the evidence.
    func send(_ window: InputWindow, mark: CommandID) async throws(DriverFailure) -> String

    /// Asks what became of a sending, and waits for it for a while. May be repeated.
    func confirm(_ mark: CommandID, wait: Duration) async throws(DriverFailure) -> Confirmation

    /// Leaves the window, dropping what was entered and not sent. Does no harm if repeated.
    func close(_ window: InputWindow) async

    /// The command has ended: what was opened for it may be let go.
    func finish() async
}

/// One input window of a POS program.
public struct InputWindow: Hashable, Sendable {
    /// The POS program's name for it.
    public let id: String
    /// What it is for; nil if the POS program does not say.
    public let operation: Operation?

    public init(id: String, operation: Operation?) {
        self.id = id
        self.operation = operation
    }
}

/// What a POS program says about a sending.
public enum Confirmation: Hashable, Sendable {
    /// Not yet at its end.
    case sending(receipt: String)
    /// At its end; nil if the POS program does not know the answer.
    case finished(receipt: String, POSAnswer?)
}

/// Why a step did not succeed.
public enum DriverFailure: Error, Hashable, Sendable {
    /// The POS program said no; nothing has changed.
    case refused(ReasonCode)
    /// The POS program is not there.
    case unreachable
    /// The connection broke, or the reply made no sense: the step may have happened.
    case broken
    /// No reply in time: the step may have happened.
    case silent
    /// The field holds something else than was entered.
    case readBackDiffers

    /// The failure as a word of a refusal's reason.
    var word: String {
        switch self {
        case .refused(let reason): reason.text
        case .unreachable: "unreachable"
        case .broken: "broken"
        case .silent: "silent"
        case .readBackDiffers: "readBackDiffers"
        }
    }
}

/// How long steps may take.
public enum DriverLimits {
    /// Each step but confirm; confirm has this beside its wait.
    public static let step = Duration.seconds(5)
    /// The longest wait of one confirm.
    public static let confirmWait = Duration.seconds(10)
}

import DeviceProtocol
import RelayDomain
import Sealing

/// Drives the input windows of one kind of POS program: locate, activate, enter, look, send, confirm; and clear.
///
/// Steps come one at a time. Each returns or throws within ``DriverLimits``. A step that throws
/// ``DriverFailure/refused(_:)`` has changed nothing. What is asked of a ``WindowOpening`` is asked of that opening: a
/// window that closed and opened again meanwhile is another one, whatever its name.
public protocol InputWindowDriver: Sendable {
    /// Asks the POS program for a sign of life; touches no window. Asked every few seconds while nothing is carried
    /// out.
    func probe() async throws(DriverFailure)

    /// Finds the input window of an application.
    func locate(_ application: ApplicationID) async throws(DriverFailure) -> InputWindow

    /// Makes the window ready for input and its field empty.
    func activate(_ window: InputWindow) async throws(DriverFailure) -> ActiveWindow

    /// Puts the text into the field. Whoever sends it from there, sends it under the mark. A driver that types keys
    /// refuses control characters: a carriage return would send.
    /// - Returns: what the field holds now, read back from the POS program; nil if it is empty.
    func enter(
        _ secret: Secret, into opening: WindowOpening, mark: CommandID
    ) async throws(DriverFailure) -> Secret?

    /// Looks what the opening has become; changes nothing.
    func look(at opening: WindowOpening) async throws(DriverFailure) -> WindowState

    /// Makes the POS program send what is entered. It must not be called twice with one mark.
    /// - Parameter sum: what the agent saw in the sale that is to be paid; nil if it could not. A POS program that can
    ///   refuses another sum (`saleChanged`): an article may have been rung up since.
    /// - Returns: what shows that the POS program has it. Texts that hold the code go no further than the agent.
    func send(
        _ opening: WindowOpening, mark: CommandID, sum: Amount?
    ) async throws(DriverFailure) -> Evidence.Sighting

    /// Asks what became of a sending, the driver's or the cashier's, and waits for it for a while. May be repeated.
    func confirm(_ mark: CommandID, wait: Duration) async throws(DriverFailure) -> Confirmation

    /// Empties the field, leaves the window, and looks what the opening has become: nothing can be sent from it any
    /// more. May be repeated, after a restart of the agent too.
    func clear(_ opening: WindowOpening) async throws(DriverFailure) -> WindowState

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

/// A window that is ready for input.
public struct ActiveWindow: Hashable, Sendable {
    public let opening: WindowOpening
    /// Nil if it cannot be read.
    public let sale: Sale?

    public init(_ opening: WindowOpening, sale: Sale?) {
        self.opening = opening
        self.sale = sale
    }
}

/// The POS program's open sale, as far as its driver can read it.
public struct Sale: Hashable, Sendable {
    public let number: String?
    /// What a sending would book.
    public let amount: Amount?

    public init(number: String?, amount: Amount?) {
        self.number = number
        self.amount = amount
    }
}

/// What an opening has become. A driver says only what it can see.
public enum WindowState: Sendable {
    /// Open, and nothing was sent from it. Field: nil if it is empty.
    case open(field: Secret?, sale: Sale?)
    /// Closed, its field empty; nothing was sent from it, and nothing will be.
    case closed
    /// Something was sent from it, by the driver or by the cashier: confirm tells the rest.
    case sent
    /// The POS program does not know this opening: what became of it cannot be seen.
    case unknown
}

/// What a POS program says about a sending.
public enum Confirmation: Hashable, Sendable {
    /// Not yet at its end.
    case sending(Evidence.Sighting)
    /// At its end; nil if the POS program does not know the answer.
    case finished(Evidence.Sighting, POSAnswer?)
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

    /// The failure as a word of a reason.
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

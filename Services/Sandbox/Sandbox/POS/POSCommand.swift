import RelayDomain

/// What a driver may ask of the POS program. docs/sandbox.md, "POS programs that speak JSON lines", is the contract.
enum POSCommand: Equatable, Sendable {
    case hello
    case locate(application: String)
    case activate(window: String)
    case enter(POSOpening, mark: String, text: String)
    case look(POSOpening)
    /// Sum: what the driver saw in the sale; nil if it saw none.
    case send(POSOpening, mark: String, sum: Amount?)
    case confirm(mark: String, wait: Duration)
    case clear(POSOpening)
}

/// One opening of a window: a window that closed and opened again is another one.
struct POSOpening: Hashable, Sendable {
    let window: String
    let serial: String
}

/// Why the POS program does not carry out a command. A refused command has changed nothing.
enum POSRefusal: String, Error, Sendable, CaseIterable {
    case noSuchWindow, noOpenSale, saleChanged, windowBusy, otherWindowActive, windowNotActive
    case unknownOpening, fieldTooLong, fieldRefusesText, fieldEmpty, otherMark, markUsed, unknownMark
    case badCommand, badLine, lineTooLong, driverBusy

    /// A sentence for a person; never holds what was sent.
    var sentence: String {
        switch self {
        case .noSuchWindow: "No window of that name is configured: see BATON_WINDOWS."
        case .noOpenSale: "No sale is open: the cashier has to open one first."
        case .saleChanged: "The sale has another sum than the driver saw: look again."
        case .windowBusy:
            "The window is in use: what is being sent has to end first, what was entered has to be cleared."
        case .otherWindowActive: "Another window is in use: clear it first."
        case .windowNotActive: "The window is not active, or was closed and opened again: activate it first."
        case .unknownOpening:
            "Nothing is remembered of this opening. Something may have been sent from it before a restart."
        case .fieldTooLong: "The field holds at most \(POSCore.textMax) characters."
        case .fieldRefusesText: "The field takes printable ASCII only, and not nothing."
        case .fieldEmpty: "Nothing has been entered."
        case .otherMark: "The text in the field was entered under another mark."
        case .markUsed: "Something was sent under this mark before: confirm it."
        case .unknownMark: "Nothing is remembered under this mark. It may have been sent before a restart."
        case .badCommand: "A field is missing, of the wrong type or out of bounds."
        case .badLine: "The line is no JSON object with an id of 1 to 64 bytes."
        case .lineTooLong: "A line has at most \(POSLineDecoder.lineMax) bytes."
        case .driverBusy: "Another driver is connected."
        }
    }
}

import RelayDomain

/// The commands of a driver to the POS program. docs/sandbox.md, "POS programs that speak JSON lines", is the contract.
enum POSCommand: Equatable, Sendable {
    case hello
    case locate(application: String)
    case activate(window: String)
    case enter(POSOpening, mark: String, text: String)
    case look(POSOpening)
    /// Sum: the amount that the driver saw in the sale; nil if it saw none.
    case send(POSOpening, mark: String, sum: Amount?)
    case confirm(mark: String, wait: Duration)
    case clear(POSOpening)
}

/// One opening of a window: a window that closed and opened again is another one.
struct POSOpening: Hashable, Sendable {
    let window: String
    let serial: String
}

/// Why the POS program refuses a command. A refused command has changed nothing.
enum POSRefusal: String, Error, Sendable, CaseIterable {
    case noSuchWindow, noOpenSale, saleChanged, windowBusy, otherWindowActive, windowNotActive
    case unknownOpening, fieldTooLong, fieldRefusesText, fieldEmpty, otherMark, markUsed, unknownMark
    case badCommand, badLine, lineTooLong, driverBusy

    /// A sentence for a person; never contains what was sent.
    var sentence: String {
        switch self {
        case .noSuchWindow: "No window of that name is configured: see BATON_WINDOWS."
        case .noOpenSale: "No sale is open: the cashier has to open one first."
        case .saleChanged: "The sale has another amount than the driver saw: read it again."
        case .windowBusy:
            "The window is in use: a sending has to end, an entered text has to be cleared first."
        case .otherWindowActive: "Another window is in use: clear it first."
        case .windowNotActive: "The window is not active, or was closed and opened again: activate it first."
        case .unknownOpening:
            "This opening is not known. Something may have been sent from it before a restart."
        case .fieldTooLong: "The field holds at most \(POSCore.textMax) characters."
        case .fieldRefusesText: "The field accepts only printable ASCII, at least one character."
        case .fieldEmpty: "Nothing has been entered."
        case .otherMark: "The text in the field was entered with another mark."
        case .markUsed: "Something was sent with this mark before: confirm it."
        case .unknownMark: "This mark is not known. It may have been sent before a restart."
        case .badCommand: "A field is missing, of the wrong type or out of bounds."
        case .badLine: "The line is not a JSON object with an id of 1 to 64 bytes."
        case .lineTooLong: "A line has at most \(POSLineDecoder.lineMax) bytes."
        case .driverBusy: "Another driver is connected."
        }
    }
}

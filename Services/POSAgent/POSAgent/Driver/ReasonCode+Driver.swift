import RelayDomain

/// Words that drivers use beside those of the POS program itself.
extension ReasonCode {
    /// The application's input window is for another operation.
    static var otherOperation: ReasonCode { word("locate.otherOperation") }
    /// The driver failed in a way that has no word of its own.
    static var driverFailed: ReasonCode { word("driverFailed") }
    /// Another driver has the POS program.
    static var driverBusy: ReasonCode { word("driverBusy") }
    /// The mark was sent before.
    static var markUsed: ReasonCode { word("markUsed") }
    /// The POS program does not know this opening of a window.
    static var unknownOpening: ReasonCode { word("unknownOpening") }
    /// Before the sending the field held something else than the code.
    static var fieldChanged: ReasonCode { word("look.fieldChanged") }
    /// Before the sending the sale was another one than at first.
    static var saleChanged: ReasonCode { word("look.saleChanged") }
    /// Before the sending the window was closed.
    static var windowClosed: ReasonCode { word("look.windowClosed") }
    /// The text is longer than a line may be.
    static var fieldTooLong: ReasonCode { word("fieldTooLong") }
    /// A decline whose reason is no identifier.
    static var declined: ReasonCode { word("declined") }

    private static func word(_ word: StaticString) -> ReasonCode {
        guard let reason = ReasonCode("\(word)") else { preconditionFailure("the words above are identifiers") }
        return reason
    }
}

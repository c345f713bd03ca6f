/// Why a destination says no: a stable word for programs, and a sentence for the people at the counter if it has one.
public struct StatedReason: Hashable, Sendable {
    /// For programs.
    public let code: ReasonCode
    /// For cashier and customer, in the destination's own words.
    public let text: DisplayText?

    /// Without what could hold a full account number (``Swift/StringProtocol/mayHoldAccountNumber``): a code reads as
    /// ``ReasonCode/unspecified`` then, a text as none.
    public init(_ code: ReasonCode, text: DisplayText? = nil) {
        self.code = code.text.mayHoldAccountNumber ? .unspecified : code
        self.text = text.flatMap { $0.text.mayHoldAccountNumber ? nil : $0 }
    }

    /// Reads whatever a destination says. A reason that is no identifier reads as ``ReasonCode/unspecified``, and
    /// stands in for a text that is missing: a no is a no, however it is worded.
    public init(said reason: String?, text: String? = nil) {
        let reason = reason ?? ""
        let code = ReasonCode(reason)
        let text = DisplayText(cleaning: text ?? "") ?? (code == nil ? DisplayText(cleaning: reason) : nil)
        self.init(code ?? .unspecified, text: text)
    }
}

extension StatedReason: CustomStringConvertible {
    /// Such as `insufficientFunds` or `unspecified (Not enough money)`.
    public var description: String { text.map { "\(code) (\($0))" } ?? code.text }
}

extension ReasonCode {
    /// Stands where a destination gave no reason that can be used as a word.
    public static var unspecified: ReasonCode { unspecifiedReason }
}

private let unspecifiedReason: ReasonCode = {
    guard let code = ReasonCode("unspecified") else { preconditionFailure("it is an identifier") }
    return code
}()

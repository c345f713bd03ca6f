/// Why a destination declines or refuses: a stable word for programs, and perhaps a text for cashier and customer.
public struct StatedReason: Hashable, Sendable {
    /// For programs.
    public let code: ReasonCode
    /// For cashier and customer, in the destination's own words.
    public let text: DisplayText?

    /// Without what could hold a full account number (``Swift/String/mayHoldAccountNumber``): a code reads as
    /// ``ReasonCode/unspecified`` then, a text as none.
    public init(_ code: ReasonCode, text: DisplayText? = nil) {
        self.code = code.withoutAccountNumber
        self.text = text.flatMap { $0.text.mayHoldAccountNumber ? nil : $0 }
    }

    /// Reads whatever a destination says. A reason that is no identifier reads as ``ReasonCode/unspecified``, and
    /// becomes the text if there is none, because a decline must be accepted with any wording. Texts are judged before
    /// they are cut, so that none is cut inside an account number.
    public init(said reason: String?, text: String? = nil) {
        func display(_ said: String) -> DisplayText? {
            said.mayHoldAccountNumber ? nil : DisplayText(cleaning: said)
        }
        let reason = reason ?? ""
        let code = ReasonCode(reason)
        self.init(code ?? .unspecified, text: display(text ?? "") ?? (code == nil ? display(reason) : nil))
    }
}

extension StatedReason: CustomStringConvertible {
    /// Such as `insufficientFunds` or `unspecified (Not enough money)`.
    public var description: String { text.map { "\(code) (\($0))" } ?? code.text }
}

extension ReasonCode {
    /// The reason of a destination that gave none that is an identifier.
    public static var unspecified: ReasonCode { unspecifiedReason }
}

private let unspecifiedReason: ReasonCode = {
    guard let code = ReasonCode("unspecified") else { preconditionFailure("it is an identifier") }
    return code
}()

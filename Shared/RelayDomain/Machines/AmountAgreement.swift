/// Agrees on a transaction's amount. The merchant's amount counts; the phone's may only be equal to it (ADR 6).
public enum AmountAgreement {
    /// - Parameters:
    ///   - phone: the amount that the phone named, if any.
    ///   - merchant: the amount of the terminal's submission or scan.
    ///   - required: whether the destination requires an amount.
    /// - Returns: the amount to pass on (nil if there is none and none is required), or why the transaction fails.
    public static func agree(phone: Amount?, merchant: Amount?, required: Bool) -> Result<Amount?, Disagreement> {
        switch (phone, merchant) {
        case (let phone?, let merchant?):
            phone == merchant ? .success(merchant) : .failure(Disagreement(.amountMismatch))
        case (nil, let merchant?): .success(merchant)
        case (.some, nil): .failure(Disagreement(.amountRequired))  // The merchant has not agreed to it.
        case (nil, nil): required ? .failure(Disagreement(.amountRequired)) : .success(nil)
        }
    }

    /// Why there is no agreed amount.
    public struct Disagreement: Error, Hashable, Sendable {
        public let reason: FailureReason
        init(_ reason: FailureReason) { self.reason = reason }
    }
}

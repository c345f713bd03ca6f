/// Agrees on which sum a transaction is about. The merchant's word counts; the phone's may only agree with it.
public enum AmountAgreement {
    /// - Parameters:
    ///   - phone: what the phone said, if it said anything.
    ///   - merchant: what the terminal's submission or scan carries.
    ///   - required: whether the destination wants a sum.
    /// - Returns: the sum to pass on (nil where none is wanted), or why the transaction fails.
    public static func agree(phone: Amount?, merchant: Amount?, required: Bool) -> Result<Amount?, Disagreement> {
        switch (phone, merchant) {
        case (let phone?, let merchant?):
            phone == merchant ? .success(merchant) : .failure(Disagreement(.amountMismatch))
        case (nil, let merchant?): .success(merchant)
        case (.some, nil): .failure(Disagreement(.amountRequired))  // The merchant has not agreed to the phone's sum.
        case (nil, nil): required ? .failure(Disagreement(.amountRequired)) : .success(nil)
        }
    }

    /// Why there is no sum.
    public struct Disagreement: Error, Hashable, Sendable {
        public let reason: FailureReason
        init(_ reason: FailureReason) { self.reason = reason }
    }
}

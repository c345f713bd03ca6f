import RelayDomain
import Sealing

extension DestinationAnswer {
    /// What is shorter stands in every other sentence.
    private static let tellingLength = 4

    /// The same, without the transaction's information: what a destination says of a decline goes into the journal and onto
    /// displays, and some repeat what they were sent.
    func withholding(_ information: Secret) -> Self {
        guard case .declined(let reason) = self, information.exposed.utf8.count >= Self.tellingLength else {
            return self
        }
        let secret = information.exposed
        let isInText = reason.text?.text.contains(secret) ?? false
        let isInCode = reason.code.text.contains(secret)
        guard isInText || isInCode else { return self }
        return .declined(StatedReason(isInCode ? .unspecified : reason.code, text: isInText ? nil : reason.text))
    }
}

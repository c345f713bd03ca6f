import RelayDomain
import Sealing

extension DestinationAnswer {
    /// The same, without the transaction's information: what an approval or a decline says goes into the journal and
    /// onto displays, and some destinations repeat the code that they were sent.
    func withholding(_ information: Secret) -> Self {
        switch self {
        case .approved(let approval): .approved(approval.withholding(SecretFinder(information)))
        case .declined(let reason): .declined(reason.withholding(SecretFinder(information)))
        case .pendingCustomer, .unknown, .notFound, .notSent, .reversed: self
        }
    }
}

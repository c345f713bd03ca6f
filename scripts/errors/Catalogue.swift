/// docs/errors.yaml, read.
struct Catalogue: Equatable {
    /// A list of codes: one Swift enumeration.
    enum List: String, CaseIterable { case refusals, http, session, failures, marks }

    /// A code and its facts; docs/errors.yaml says what each of them is.
    struct Entry: Equatable {
        let code: String
        let means: String
        let blame: String
        let stage: String
        let sent: String
        let retry: Retry
        let status: Status?
        let phone: String?
        let device: String?
        let `operator`: String
    }

    /// An HTTP status and its phrase.
    struct Status: Hashable {
        let number: Int
        let phrase: String
    }

    enum Retry: Hashable {
        case no, newKey, newCode
        case sameKey(seconds: Int)
    }

    let lists: [List: [Entry]]

    subscript(list: List) -> [Entry] { lists[list] ?? [] }

    /// What a phone can be answered.
    var forPhones: [Entry] { (self[.refusals] + self[.http]).filter { $0.status != nil } }

    /// What can stand in an error frame.
    var forDevices: [Entry] { (self[.refusals] + self[.session]).filter { $0.device != nil } }
}

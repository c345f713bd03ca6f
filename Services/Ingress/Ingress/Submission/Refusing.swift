/// A refusal by the ingress itself, with the sentence that says what to do.
struct Refusing: Error, Equatable {
    let code: PhoneErrorCode
    /// Names the field at fault. Never holds what stood there: it may be a payment code.
    let detail: String

    init(_ code: PhoneErrorCode, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}

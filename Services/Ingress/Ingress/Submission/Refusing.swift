/// A refusal by the ingress itself, with a sentence about what to do.
struct Refusing: Error, Equatable {
    let code: PhoneErrorCode
    /// Names the invalid field. Never contains its value, which may be a payment code.
    let detail: String

    init(_ code: PhoneErrorCode, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}

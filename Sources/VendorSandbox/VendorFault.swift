/// A refusal by the vendor's gateway or by the SMS service.
struct VendorFault: Error, Sendable, Hashable {
    var code: String
    var message: String
    /// 200 for refusals of the service itself, which come like any answer.
    var status: Int

    /// A refusal by the gateway in front of the service.
    static func gateway(_ code: String, _ message: String, status: Int = 400) -> VendorFault {
        VendorFault(code: code, message: message, status: status)
    }

    /// A refusal by the SMS service.
    static func service(_ code: String, _ message: String) -> VendorFault {
        VendorFault(code: code, message: message, status: 200)
    }

    static func missing(_ name: String) -> VendorFault {
        .gateway("Missing\(name)", "\(name) is mandatory for this action.")
    }
}

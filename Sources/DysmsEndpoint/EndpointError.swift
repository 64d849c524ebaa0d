/// A refusal in the vendor's words: code, text and HTTP status.
///
/// Codes of the vendor's gateway come with a status of their own; those of its SMS service (`isv.`, `isp.`) with 200, like any
/// answer.
struct EndpointError: Error, Hashable {
    var code: String
    var message: String
    var status: Int
    /// How long the caller should wait, for throttling.
    var retryAfterMilliseconds: Int64?

    /// Whether the SMS service refuses, not the gateway before it.
    var isOfService: Bool { status == 200 }

    private static func gateway(_ code: String, _ message: String, status: Int = 400) -> EndpointError {
        EndpointError(code: code, message: message, status: status)
    }

    private static func service(_ code: String, _ message: String) -> EndpointError {
        EndpointError(code: code, message: message, status: 200)
    }
}

// MARK: The gateway

extension EndpointError {
    static let unsupportedMethod = gateway("UnsupportedHTTPMethod", "This http method is not supported.")
    static let unknownPath = gateway(
        "InvalidApi.NotFound", "Specified api is not found, please check your url and method.", status: 404)
    static let unknownAction = gateway(
        "InvalidAction.NotFound", "Specified api is not found, please check your url and method.", status: 404)
    static let unsupportedAction = gateway(
        "UnsupportedOperation", "The specified action exists at the vendor and is not supported by this gateway.")
    static let invalidVersion = gateway("InvalidVersion", "Specified parameter Version is not valid.")
    static let invalidSignatureMethod = gateway(
        "InvalidSignatureMethod", "The specified signature method or version is not supported.")
    static let incompleteSignature = gateway(
        "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    static let unknownKey = gateway("InvalidAccessKeyId.NotFound", "Specified access key is not found.", status: 404)
    static let expired = gateway("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
    static let invalidTimestamp = gateway(
        "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.")
    static let nonceUsed = gateway("SignatureNonceUsed", "Specified signature nonce was used already.")
    static let undecodable = gateway(
        "InvalidParameter", "The parameters are not form-encoded UTF-8, or a JSON body has values that are no texts.")
    static let unavailable = gateway(
        "ServiceUnavailable", "The request has failed due to a temporary failure of the server; nothing was taken.",
        status: 503)

    static func missing(_ name: String) -> EndpointError {
        gateway("Missing\(name)", "\(name) is mandatory for this action.")
    }

    static func invalid(_ name: String) -> EndpointError {
        gateway("Invalid\(name)", "Specified parameter \(name) is not valid.")
    }

    /// Which of the two counted would be a guess, and another reader's guess may differ.
    static func repeated(_ name: String) -> EndpointError {
        gateway("InvalidParameter", "The parameter \(name) is given more than once.")
    }

    /// The text that we signed stands after the first colon, as SDKs expect.
    static func wrongSignature(_ stringToSign: String) -> EndpointError {
        gateway(
            "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation. server string to sign is:\(stringToSign)")
    }

    static func throttled(milliseconds: Int64?) -> EndpointError {
        var error = gateway("Throttling.User", "Request was denied due to user flow control.")
        error.retryAfterMilliseconds = milliseconds
        return error
    }
}

// MARK: The SMS service

extension EndpointError {
    static let illegalNumber = service("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
    static let tooManyNumbers = service("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
    static let illegalTemplate = service("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板")
    static let illegalSign = service("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名")
    static let missingTemplateParameters = service("isv.TEMPLATE_MISSING_PARAMETERS", "模板变量中存在未赋值变量")
    static let invalidJSON = service("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值")
    static let invalidParameters = service("isv.INVALID_PARAMETERS", "参数异常")
    static let tooLong = service("isv.PARAM_LENGTH_LIMIT", "参数超出长度限制")
    static let systemError = service("isp.SYSTEM_ERROR", "系统出现错误，请重新调用")
}

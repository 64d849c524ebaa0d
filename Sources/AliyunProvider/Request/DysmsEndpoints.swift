/// The hosts of the SMS service by region.
///
/// Source: the endpoint tables of the official SDKs; where two differ, that of the product's own SDK.
public enum DysmsEndpoints {
    /// The region where none is named.
    public static let defaultRegion = "cn-hangzhou"

    /// The host that serves a region; regions of mainland China share one, and so do most regions abroad.
    public static func host(for region: String) -> String {
        if let host = exceptions[region] { return host }
        return region.hasPrefix("cn-") ? "dysmsapi.aliyuncs.com" : "dysmsapi.ap-southeast-1.aliyuncs.com"
    }

    private static let exceptions = [
        "cn-hongkong": "dysmsapi-xman.cn-hongkong.aliyuncs.com",
        "ap-southeast-5": "dysmsapi.ap-southeast-5.aliyuncs.com",
        "us-east-1": "dysmsapi.us-east-1.aliyuncs.com",
        "eu-central-1": "dysmsapi.eu-central-1.aliyuncs.com",
    ]
}

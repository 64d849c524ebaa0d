extension CallingCodes.Plan {
    /// What is dialled before an international number where it is not the usual 00.
    ///
    /// Codes that name a carrier are left out.
    var exitCode: StaticString? {
        switch callingCode {
        case 1, 680, 692: "011"
        case 7, 375, 992, 993, 997, 998: "810"
        case 53: "119"
        case 61: "0011"
        case 81: "010"
        case 254, 255, 256: "000"
        case 62, 65, 66, 82, 592, 852, 855, 976: "001"
        case 234: "009"
        case 886: "002"
        default: nil
        }
    }

    /// Whether 00, which people write everywhere, and the country's own code can both begin the same digits: in Hong
    /// Kong 001 20… may be Egypt (001, 20) or North America (00, 1 20…).
    var exitCodeIsAmbiguous: Bool {
        switch callingCode {
        case 62, 65, 66, 82, 592, 852, 855, 976, 234, 886: true
        default: false
        }
    }
}

namespace Engagement.Training.Simulation;

/// <summary>A notion with the words for it; the first is the site's own.</summary>
internal sealed record Concept(string[] Words);

/// <summary>What people ask help centres about, in three kinds of words. Ours. Immutable.</summary>
internal static class Vocabulary
{
    public static readonly Concept[] Objects = Read("""
        label sticker tag|refund reimbursement moneyback|invoice bill receipt|delivery shipment parcel|password passcode login|account profile membership
        card creditcard plastic|address location residence|order purchase basket|subscription plan abo|warranty guarantee cover|voucher coupon giftcode
        email mail inbox|phone mobile handset|printer device machine|app application program|payment transfer transaction|limit cap ceiling
        statement overview summary|contract agreement terms|fee charge cost|appointment booking slot|passport document identity|permit licence permission
        tax duty levy|report export file|backup copy snapshot|update upgrade patch|license serial activation|notification alert reminder
        return sendback exchange|stock availability supply|size fit measure|seller vendor merchant|rating review feedback|tracking trace whereabouts
        """);

    public static readonly Concept[] Actions = Read("""
        print produce output|cancel stop terminate|change edit modify|find locate see|request ask apply|reset restore recover|download save fetch
        pay settle charge|add register enter|remove delete erase|activate enable unlock|block freeze lock|extend prolong renew|transfer move switch
        compare check verify|connect link pair|schedule plan arrange|report complain dispute|open create start|close end finish
        """);

    public static readonly Concept[] Qualifiers = Read("""
        missing lost gone|wrong incorrect mistaken|expired outdated old|late delayed slow|twice double duplicate|abroad foreign overseas|online internet web
        business company firm|free gratis nocost|urgent express fast|partial half incomplete|damaged broken defective|declined refused rejected
        pending waiting open|yearly annual monthly|child minor junior
        """);

    public static readonly string[] Fillers = ["how to", "cannot", "my", "help", "where", "please", "why"];

    private static Concept[] Read(string text) =>
        [.. text.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => new Concept(line.Split(' ')))];
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// One atomic step on the server: a Lua file of this assembly behind the parts that it shares with others. Names such as <c>Status.Open</c> and
/// <c>Limits.OfferRetention</c> become the numbers of the enumerations and limits here, so that nothing is said twice. Immutable.
/// </summary>
internal sealed partial class RedisScript
{
    private static readonly Dictionary<string, Type> Enums = new()
    {
        ["Status"] = typeof(OfferStatus), ["Presence"] = typeof(PresenceStatus), ["Resolution"] = typeof(OfferResolution),
        ["Answer"] = typeof(InvitationAnswer), ["Outcome"] = typeof(AnswerOutcome), ["Claim"] = typeof(ClaimOutcome),
        ["Commit"] = typeof(CommitOutcome), ["Send"] = typeof(SendOutcome),
        ["Ask"] = typeof(AskOutcome), ["Transfer"] = typeof(TransferOutcome), ["WrapUp"] = typeof(WrapUpOutcome), ["Question"] = typeof(QuestionOutcome),
        ["Resend"] = typeof(ResendOutcome),
        ["Tally"] = typeof(Tally),
    };

    private RedisScript(string name, params string[] parts)
    {
        Name = name;
        Text = string.Concat(parts.Select(p => Read($"Parts/{p}")).Append(Read(name)));
        // The server names a script by SHA-1; no secret hangs on it.
#pragma warning disable CA5350
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(Text));
#pragma warning restore CA5350
    }

    public static readonly RedisScript Take = new("take");
    public static readonly RedisScript Checkpoint = new("checkpoint");
    public static readonly RedisScript Assess = new("assess");
    public static readonly RedisScript Effects = new("effects", "site", "offers", "agents");
    public static readonly RedisScript Reserve = new("reserve", "site", "offers", "agents");
    public static readonly RedisScript Answer = new("answer", "site", "offers");
    public static readonly RedisScript Claim = new("claim", "site", "offers", "agents");
    public static readonly RedisScript End = new("end", "site", "offers");
    public static readonly RedisScript Send = new("send", "site", "offers");
    public static readonly RedisScript Sign = new("sign", "site", "offers");
    public static readonly RedisScript Conversation = new("conversation", "site", "offers");
    public static readonly RedisScript Ask = new("ask", "site", "offers", "agents");
    public static readonly RedisScript Transfer = new("transfer", "site", "offers", "agents");
    public static readonly RedisScript WrapUp = new("wrap_up", "site", "offers");
    public static readonly RedisScript Question = new("question", "site");
    public static readonly RedisScript Count = new("count", "site");
    public static readonly RedisScript Overview = new("overview", "site", "offers", "agents");
    public static readonly RedisScript Presence = new("presence", "site", "offers", "agents");
    public static readonly RedisScript Pause = new("pause", "site", "offers", "agents");
    public static readonly RedisScript Agents = new("agents", "site", "offers", "agents");
    public static readonly RedisScript Sweep = new("sweep", "site", "offers", "agents");
    public static readonly RedisScript Withdraw = new("withdraw", "site", "offers");
    public static readonly RedisScript Erase = new("erase", "site", "offers");
    public static readonly RedisScript Availability = new("availability", "site", "offers", "agents");
    public static readonly RedisScript Offer = new("offer", "site", "offers");
    public static readonly RedisScript OfferOf = new("offer_of", "site", "offers");
    public static readonly RedisScript Cards = new("cards", "site", "offers");
    public static readonly RedisScript PageOpen = new("page_open");
    public static readonly RedisScript PageAsked = new("page_asked");
    public static readonly RedisScript RejectKey = new("reject_key");
    public static readonly RedisScript RejectTake = new("reject_take");
    public static readonly RedisScript RejectResent = new("reject_resent");

    public string Name { get; }
    public string Text { get; }

    /// <summary>20 bytes.</summary>
    public byte[] Hash { get; }

    private static string Read(string name)
    {
        var resource = $"Redis/{name}.lua";
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"No script {resource}.");
        using var reader = new StreamReader(stream);
        return Constant().Replace(reader.ReadToEnd(), ValueOf);
    }

    private static string ValueOf(Match match)
    {
        var (group, name) = (match.Groups[1].Value, match.Groups[2].Value);
        if (group == "Messages") return name switch
        {
            "SlotFreed" => $"'{DeliveryMessages.SlotFreed}'",
            "AnyOffer" => $"'{RedisMessages.AnyOffer}'",
            "AnyAgent" => $"'{RedisMessages.AnyAgent}'",
            _ => throw new InvalidOperationException($"{match.Value}: no such message."),
        };
        if (group != "Limits") return Convert.ToInt32(Enum.Parse(Enums[group], name), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        return typeof(Limits).GetField(name)?.GetValue(null) switch
        {
            TimeSpan limit => ((long)limit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            int limit => limit.ToString(CultureInfo.InvariantCulture),
            _ => throw new InvalidOperationException($"{match.Value}: no such limit."),
        };
    }

    [GeneratedRegex(@"\b(Status|Presence|Resolution|Answer|Outcome|Claim|Commit|Send|Ask|Transfer|WrapUp|Question|Resend|Tally|Limits|Messages)\.([A-Z]\w+)")]
    private static partial Regex Constant();
}

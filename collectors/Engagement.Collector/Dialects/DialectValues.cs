using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;

namespace Engagement.Collector.Dialects;

/// <summary>Values of an event's members, of which those that cannot be read are named. Pure but for that.</summary>
internal static class DialectValues
{
    /// <summary>Members that say who somebody is, as <see cref="Plain"/> writes them: kept of no custom event.</summary>
    private static readonly FrozenSet<string> s_ofPersons = FrozenSet.Create(
        "traits", "user", "username", "customer", "person", "profile", "contact", "identity", "email", "emailaddress", "phone", "phonenumber", "mobile",
        "address", "shippingaddress", "billingaddress", "firstname", "lastname", "fullname", "birthday", "dateofbirth", "ip", "ipaddress", "useragent");

    /// <summary>A finite amount of at least 0. <paramref name="path"/> is what stands before the member's name in the sender's words.</summary>
    public static double? Amount(this DialectEvent e, JsonElement parent, string name, string path)
    {
        var value = parent.Member(name);
        if (IsAbsent(value)) return null;
        if (DialectText.TryNumber(value.AsText(), out var amount) && amount >= 0) return amount;
        e.NotRead(path + name);
        return null;
    }

    /// <summary>A whole number of at least 0.</summary>
    public static int? Count(this DialectEvent e, JsonElement parent, string name, string path)
    {
        var value = parent.Member(name);
        if (IsAbsent(value)) return null;
        if (DialectText.TryCount(value.AsText(), out var count)) return count;
        e.NotRead(path + name);
        return null;
    }

    /// <summary>Of several names for the same count the first that can be read.</summary>
    public static int? Count(this DialectEvent e, JsonElement parent, ReadOnlySpan<string> names, string path)
    {
        foreach (var name in names)
        {
            if (e.Count(parent, name, path) is { } count) return count;
        }
        return null;
    }

    /// <summary>RFC 3339 text, or a number of Unix milliseconds.</summary>
    public static Core.Instant? Time(this DialectEvent e, JsonElement parent, string name, string path)
    {
        var value = parent.Member(name);
        if (IsAbsent(value)) return null;
        var text = value.AsText();
        if (DialectText.TryTime(text, out var at) || DialectText.TryUnixMs(text, out at)) return at;
        e.NotRead(path + name);
        return null;
    }

    public static bool? Flag(this JsonElement parent, string name) =>
        parent.Member(name).ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    /// <summary><c>{consent, gpc, dnt, noInvitation}</c>, the form agreed on here for protocols that have none.</summary>
    public static void ReadPrivacy(this DialectEvent e, JsonElement privacy) =>
        (e.Consent, e.Gpc, e.Dnt, e.NoInvitation) = (privacy.Flag("consent"), privacy.Flag("gpc"), privacy.Flag("dnt"), privacy.Flag("noInvitation"));

    /// <summary>The properties of a custom event without what says who somebody is and without <paramref name="isOther"/>; undefined where none is left.</summary>
    public static JsonElement Behaviour(JsonElement properties, Func<string, bool> isOther)
    {
        if (properties.ValueKind != JsonValueKind.Object) return default;
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var count = 0;
        writer.WriteStartObject();
        foreach (var member in properties.EnumerateObject())
        {
            if (isOther(member.Name) || s_ofPersons.Contains(Plain(member.Name))) continue;
            writer.WritePropertyName(member.Name);
            writer.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
            count++;
        }
        writer.WriteEndObject();
        writer.Flush();
        return count == 0 ? default : DialectJson.Parse(buffer.WrittenMemory);
    }

    private static bool IsAbsent(JsonElement value) =>
        value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""));

    /// <summary>A name in small letters, without what separates its words.</summary>
    private static string Plain(string name) => string.Concat(name.Where(c => c is not ('_' or '-' or ' '))).ToLowerInvariant();
}

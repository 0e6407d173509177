using System.Collections.Frozen;

namespace Engagement.Core.Privacy;

/// <summary>Names of parameters and JSON members whose values are secret or personal whatever they look like. Thread-safe.</summary>
internal static class SensitiveNames
{
    private static readonly FrozenSet<string> s_secret = new[]
    {
        "code", "sid", "sig", "jwt", "otp", "pin", "pwd", "auth", "ticket", "nonce", "cookie", "cvv", "cvc", "ssn", "authorization", "bearer",
        "hash", "samlresponse", "samlrequest",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_personal = new[]
    {
        "email", "mail", "emailaddress", "phone", "phonenumber", "tel", "telephone", "mobile", "mobilenumber", "iban", "cardnumber", "creditcard",
        "firstname", "lastname", "fullname", "surname", "birthday", "birthdate", "dateofbirth", "dob", "street", "address", "ip", "ipaddress", "useragent",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What trackers' protocols call the ids of a person or her device.</summary>
    private static readonly FrozenSet<string> s_ofPersons = new[]
    {
        "userid", "anonymousid", "previousid", "distinctid", "anondistinctid", "deviceid", "clientid", "customerid", "appinstanceid", "accountid", "externalid",
        "domainuserid", "networkuserid", "uid", "duid", "nuid", "tnuid", "cid", "subject",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Whether a value under this name is a secret: the name is one of a list, or contains <c>token</c>, <c>passw</c>, <c>secret</c>,
    /// <c>session</c>, <c>sessid</c>, <c>signature</c> or <c>credential</c>, or ends in <c>key</c> and is no animal. Case and the signs between words do not matter.
    /// </summary>
    public static bool IsSecret(ReadOnlySpan<byte> name)
    {
        Span<char> folded = stackalloc char[64];
        return Fold(name, ref folded) && (EndsSecret(folded) || s_secret.GetAlternateLookup<ReadOnlySpan<char>>().Contains(folded));
    }

    /// <summary>Whether a JSON member that the contract does not know is masked whole: a secret, or personal by its name.</summary>
    public static bool IsSensitiveMember(ReadOnlySpan<byte> name)
    {
        Span<char> folded = stackalloc char[64];
        if (!Fold(name, ref folded)) return false;
        if (folded.SequenceEqual("session")) return false; // the contract's own label
        return EndsSecret(folded) || s_secret.GetAlternateLookup<ReadOnlySpan<char>>().Contains(folded) && !folded.SequenceEqual("code")
            || s_personal.GetAlternateLookup<ReadOnlySpan<char>>().Contains(folded);
    }

    /// <summary>Whether a value under this name says who somebody is in a tracker's protocol.</summary>
    public static bool IsPersonsId(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("_id"u8)) return true; // Matomo's; of "id" alone nothing can be said
        Span<char> folded = stackalloc char[64];
        return Fold(name, ref folded) && s_ofPersons.GetAlternateLookup<ReadOnlySpan<char>>().Contains(folded);
    }

    private static bool EndsSecret(ReadOnlySpan<char> name) =>
        (name.EndsWith("key") && name is not ("monkey" or "turkey" or "donkey" or "hockey" or "whiskey")) || name.Contains("token", StringComparison.Ordinal) || name.Contains("passw", StringComparison.Ordinal)
        || name.Contains("secret", StringComparison.Ordinal) || name.Contains("session", StringComparison.Ordinal)
        || name.Contains("sessid", StringComparison.Ordinal) || name.Contains("signature", StringComparison.Ordinal) || name.Contains("credential", StringComparison.Ordinal);

    private static bool Fold(ReadOnlySpan<byte> name, ref Span<char> folded)
    {
        var length = 0;
        foreach (var b in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)b)) continue;
            if (length == folded.Length) return false;
            folded[length++] = (char)(b | (char.IsAsciiLetterUpper((char)b) ? 0x20 : 0));
        }
        folded = folded[..length];
        return length > 0;
    }
}

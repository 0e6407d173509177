using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engagement.Core.Sites;

/// <summary>A visitor's token as read and verified.</summary>
public sealed record VisitorToken(SiteModel Site, string Visitor, Instant ExpiresAt)
{
    /// <summary>Longest token that is looked at: ids at their limits, escaped, in base64url, and the signature.</summary>
    private const int CharsMax = 4_096;

    internal static string Write(SiteModel site, string visitor, Instant expiresAt)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(new Payload(site.Id, visitor, expiresAt.UnixMs), TokenJson.Default.Payload);
        return $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(SealOf(site, payload))}";
    }

    internal static bool TryRead(SiteCatalog sites, string? token, Instant now, out VisitorToken read)
    {
        read = null!;
        if (token is null || token.Length > CharsMax || token.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0) return false;
        if (!TryDecode(token.AsSpan(0, dot), out var payload) || !TryDecode(token.AsSpan(dot + 1), out var seal)) return false;
        if (!TryParse(payload, out var claims) || sites.Find(claims.Site) is not { } site) return false;
        if (!CryptographicOperations.FixedTimeEquals(seal, SealOf(site, payload))) return false;
        read = new VisitorToken(site, claims.Visitor, new Instant(claims.Exp));
        return now < read.ExpiresAt;
    }

    private static byte[] SealOf(SiteModel site, byte[] payload)
    {
        var key = HMACSHA256.HashData(site.Secret.Bytes, "visitor-token"u8);
        return HMACSHA256.HashData(key, payload);
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text)) return false;
        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    private static bool TryParse(byte[] payload, out Payload claims)
    {
        claims = null!;
        try
        {
            if (JsonSerializer.Deserialize(payload, TokenJson.Default.Payload) is not { Site: not null, Visitor: not null } parsed) return false;
            claims = parsed;
            return Encoding.UTF8.GetByteCount(parsed.Visitor) is > 0 and <= Limits.VisitorIdBytesMax;
        }
        catch (JsonException)
        {
            return false; // not ours: whoever made it up learns no more than that
        }
    }

    internal sealed record Payload(string Site, string Visitor, long Exp);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VisitorToken.Payload))]
internal sealed partial class TokenJson : JsonSerializerContext;

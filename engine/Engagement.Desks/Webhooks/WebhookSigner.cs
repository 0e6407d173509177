using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Engagement.Core.Sites;

namespace Engagement.Desks.Webhooks;

/// <summary>Symmetric signatures of Standard Webhooks 1.0.0: HMAC-SHA-256 over <c>id.timestamp.body</c>, one for each secret. Pure, thread-safe.</summary>
internal static class WebhookSigner
{
    /// <summary>Value of <c>webhook-signature</c>: <c>v1,</c> and base64 for each secret, parted by spaces.</summary>
    /// <param name="timestamp">When this try is made, in seconds since 1970.</param>
    public static string Sign(string id, long timestamp, ReadOnlySpan<byte> body, IEnumerable<SiteSecret> secrets)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(head.Length));
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret.Bytes, signed))}"));
    }
}

using System.Text.Json;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Outgoing;

/// <summary>What a receiver answered; the body is read as far as the caller asked for it.</summary>
/// <param name="Age">How old the answer was when it came, as caches on the way say (RFC 9111).</param>
internal sealed record OutgoingAnswer(int Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter, TimeSpan Age)
{
    public bool IsYes => Status is >= 200 and < 300;

    /// <summary>Throws <see cref="NoticeRefusedException"/> unless the answer is yes. Its text holds the status and nothing of the body.</summary>
    /// <param name="what">What was asked, for operators.</param>
    public OutgoingAnswer ThrowIfRefused(string what)
    {
        if (IsYes) return this;
        // What is wrong with the notice itself, or gone for good, will not come right; a wrong key or a wrong place may be set right in the meantime.
        throw new NoticeRefusedException($"{what}: answered {Status}", Status is 400 or 406 or 410 or 413 or 415 or 422, RetryAfter);
    }

    /// <summary>Throws <see cref="NoticeRefusedException"/> where the body is no JSON.</summary>
    public JsonDocument ReadJson(string what)
    {
        try
        {
            return JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            throw new NoticeRefusedException($"{what}: the answer is no JSON");
        }
    }
}

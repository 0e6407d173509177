using System.Globalization;
using System.Security.Cryptography;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Privacy;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <content>Keys of rejects: one hash a visitor, in her own slot; many are asked for at once and come in one round trip.</content>
public sealed partial class RedisDeliveryStore
{
    public async ValueTask<IReadOnlyList<byte[]>> KeepRejectKeysAsync(string site, IReadOnlyList<VisitorKey> visitors, CancellationToken cancellation) =>
        await Task.WhenAll(visitors.Select(async visitor => (byte[])(await _commands.RunAsync(
            RedisScript.RejectKey, [RedisKeys.Rejects(site, visitor)], [RandomNumberGenerator.GetBytes(RejectSeal.KeyBytes)], cancellation))!));

    public async ValueTask<IReadOnlyList<RejectStanding>> FindRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) =>
        await Task.WhenAll(rejects.Select(async reject =>
        {
            var fields = await _commands.RunAsync(d => d.HashGetAsync(RedisKeys.Rejects(site, reject.Visitor), ["key", reject.Id]), cancellation);
            return fields[0].IsNull ? default : new RejectStanding((byte[])fields[0]!, ResentAt(fields[1]));
        }));

    public async ValueTask<IReadOnlyList<ResendOutcome>> TakeRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) =>
        await Task.WhenAll(rejects.Select(async reject => (ResendOutcome)(int)await _commands.RunAsync(
            RedisScript.RejectTake, [RedisKeys.Rejects(site, reject.Visitor)], [Offset, reject.Id], cancellation)));

    public async ValueTask SetResentAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) =>
        await Task.WhenAll(rejects.Select(reject => _commands.RunAsync(
            RedisScript.RejectResent, [RedisKeys.Rejects(site, reject.Visitor)], [Offset, reject.Id], cancellation).AsTask()));

    /// <summary>As the scripts write it.</summary>
    private static Instant? ResentAt(RedisValue mark) =>
        (string?)mark is ['r', .. var at] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? new Instant(ms) : null;
}

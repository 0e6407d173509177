using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Delivery.Embedded;

/// <content>Keys of rejects, one step for all that are asked for.</content>
public sealed partial class EmbeddedDeliveryStore
{
    public ValueTask<IReadOnlyList<byte[]>> KeepRejectKeysAsync(string site, IReadOnlyList<VisitorKey> visitors, CancellationToken cancellation) =>
        Run<IReadOnlyList<byte[]>>(() => [.. visitors.Select(visitor => _steps.Rejects.Keep(site, visitor, WallNow))], cancellation);

    public ValueTask<IReadOnlyList<RejectStanding>> FindRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) =>
        Run<IReadOnlyList<RejectStanding>>(() => [.. rejects.Select(reject => _steps.Rejects.Find(site, reject, WallNow))], cancellation);

    public ValueTask<IReadOnlyList<ResendOutcome>> TakeRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) =>
        Run<IReadOnlyList<ResendOutcome>>(() => [.. rejects.Select(reject => _steps.Rejects.Take(site, reject, WallNow))], cancellation);

    public async ValueTask SetResentAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation) => await Run(
        () =>
        {
            foreach (var reject in rejects) _steps.Rejects.SetResent(site, reject, WallNow);
            return true;
        },
        cancellation);
}

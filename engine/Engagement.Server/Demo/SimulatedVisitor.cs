namespace Engagement.Server.Demo;

/// <summary>One simulated visitor: follows a script, meets an invitation as people do, and says at the end what became of the visit.</summary>
internal sealed class SimulatedVisitor(TrafficClient client, VisitScript script, VisitManners manners, TimeProvider time)
{
    /// <summary>Visits whole; null when the server could not be reached at the beginning.</summary>
    public async Task<(VisitOutcome Outcome, string Words)?> VisitAsync(CancellationToken cancellation)
    {
        if (await client.MintAsync(cancellation) is not { } me) return null;
        var outcome = VisitOutcome.Alone;
        var tail = "left alone";
        for (var i = 0; i < script.Steps.Length; i++)
        {
            var step = script.Steps[i];
            await Task.Delay(step.Think, time, cancellation);
            await client.SendAsync(me.Visitor, $"{me.Visitor}:{i}", step, cancellation);
            await Task.Delay(SettleAfter, time, cancellation);
            var (invitation, nobodyFree, invited) = await client.AskAsync(me.Visitor, cancellation);
            if (nobodyFree && outcome == VisitOutcome.Alone) (outcome, tail) = (VisitOutcome.Nobody, "nobody was free");
            if (!invited) continue;
            (outcome, tail) = (VisitOutcome.Invited, "invited, and let it pass");
            if (invitation is null || manners.Answer is null) continue;
            tail = await AnswerAsync(invitation, me, manners.Answer, cancellation);
            if (manners.Answer == "accepted") break;
        }
        return (outcome, $"{script.Words} – {tail}.");
    }

    /// <summary>The engine decides within milliseconds of an event; this is ample.</summary>
    private static readonly TimeSpan SettleAfter = TimeSpan.FromMilliseconds(250);

    private async Task<string> AnswerAsync(string invitation, MintedVisitor me, string answer, CancellationToken cancellation)
    {
        await Task.Delay(manners.Looks, time, cancellation);
        await client.ShownAsync(invitation, me, cancellation);
        await Task.Delay(manners.Ponders, time, cancellation);
        if (!await client.AnswerAsync(invitation, me, answer, cancellation)) return "invited, too late";
        return answer == "accepted" ? "invited, and said yes" : "invited, and said no";
    }
}

/// <summary>How a visitor meets an invitation.</summary>
/// <param name="Answer"><c>accepted</c>, <c>declined</c>, or null: does not react.</param>
/// <param name="Looks">Until it counts as seen; 2 s at least.</param>
internal sealed record VisitManners(string? Answer, TimeSpan Looks, TimeSpan Ponders);

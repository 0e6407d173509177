using Engagement.Collector.Budgets;
using Engagement.Collector.Dialects;
using Engagement.Collector.Rejects;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Microsoft.Extensions.ObjectPool;

namespace Engagement.Collector;

/// <summary>How a request's events fared: an answer, or a problem.</summary>
internal readonly record struct IntakeResult(EventsAnswer? Answer, CollectorProblem? Problem);

/// <summary>Takes a body's events in and acknowledges them once the log has them. Thread-safe.</summary>
internal sealed class EventIntakeService(
    IntakeLog log, OriginalSealer sealer, KeyBudgetPolicy budgets, VisitorPolicy visitors, CollectorOptions options, CollectorMetrics metrics)
{
    private readonly ObjectPool<EventIntake> _intakes = new DefaultObjectPool<EventIntake>(new IntakePolicy(metrics, visitors));
    private readonly ObjectPool<IntakeBatch> _batches = new DefaultObjectPool<IntakeBatch>(new BatchPolicy(), maximumRetained: 256);

    /// <summary>Nothing is accepted before it is durable. The body is disposed of as soon as it is parsed.</summary>
    public async ValueTask<IntakeResult> ReceiveAsync(RequestBody body, IntakeRequest request, CancellationToken cancellation)
    {
        var batch = _batches.Get();
        try
        {
            var problem = Parse(body, request, batch, out var received);
            return await KeepAsync(batch, problem, received, request, cancellation);
        }
        finally
        {
            _batches.Return(batch);
        }
    }

    /// <summary>As the other, of events that a dialect made.</summary>
    public async ValueTask<IntakeResult> ReceiveAsync(CanonicalEvents events, IntakeRequest request, CancellationToken cancellation)
    {
        var batch = _batches.Get();
        try
        {
            var problem = Take(events, request, batch);
            return await KeepAsync(batch, problem, events.Count, request, cancellation);
        }
        finally
        {
            _batches.Return(batch);
        }
    }

    private async ValueTask<IntakeResult> KeepAsync(
        IntakeBatch batch, CollectorProblem? problem, int received, IntakeRequest request, CancellationToken cancellation)
    {
        if (problem is not null && batch.Rejected.Count == 0) return new IntakeResult(null, problem);
        metrics.Received(request.Site.Id, received);
        if (batch.Deferred > 0 && DeferralOf(batch, request) is { } tooMany) return new IntakeResult(null, tooMany);
        await sealer.SealAsync(batch, request.Site.Id, cancellation);
        batch.Seal();
        if (await KeepAsync(batch, cancellation) is { } refusal)
        {
            // Rejected and refused ones are counted as such already; of the rest the sender keeps its copy.
            metrics.Deferred(request.Site.Id, refusal.Code, batch.Accepted);
            return new IntakeResult(null, refusal);
        }
        metrics.Accepted(request.Site.Id, batch.Accepted);
        return problem is not null
            ? new IntakeResult(null, problem)
            : new IntakeResult(new EventsAnswer(batch.Accepted, batch.Refused, [.. batch.Rejected]), null);
    }

    /// <summary>
    /// A browser sends one visitor's events: all of them come again. A server sends many visitors', and one of them who floods must not hold up the others:
    /// what is too much of hers is refused alone.
    /// </summary>
    private CollectorProblem? DeferralOf(IntakeBatch batch, in IntakeRequest request)
    {
        var problem = CollectorProblem.VisitorTooManyRequests(options, batch.RetryAfter);
        if (request.Key.Sender == KeySender.Server)
        {
            batch.Refused += batch.Deferred;
            metrics.Refused(request.Site.Id, problem.Code, batch.Deferred);
            return null;
        }
        metrics.Deferred(request.Site.Id, problem.Code, batch.Deferred + batch.Accepted);
        return problem;
    }

    /// <summary>Splits, budgets, reads. A problem with a rejected event in the batch is a body in which no events can be told apart.</summary>
    private CollectorProblem? Parse(RequestBody body, in IntakeRequest request, IntakeBatch batch, out int received)
    {
        var intake = _intakes.Get();
        try
        {
            using (body)
            {
                received = 1;
                if (!EventSplitter.TrySplit(body.Bytes, body.Kind, Limits.RequestEventsMax, intake.Ranges))
                {
                    intake.Reject(body.Bytes, request, batch);
                    return CollectorProblem.MalformedBody;
                }
                received = intake.Ranges.Count;
                if (CheckCount(request, received) is { } problem) return problem;
                intake.Take(body.Bytes, request, batch);
                return null;
            }
        }
        finally
        {
            _intakes.Return(intake);
        }
    }

    private CollectorProblem? Take(CanonicalEvents events, in IntakeRequest request, IntakeBatch batch)
    {
        if (CheckCount(request, events.Count) is { } problem) return problem;
        var intake = _intakes.Get();
        try
        {
            intake.Take(events, request, batch);
            return null;
        }
        finally
        {
            _intakes.Return(intake);
        }
    }

    /// <summary>Null where so many events may come, of which the key's budget is then taken.</summary>
    private CollectorProblem? CheckCount(in IntakeRequest request, int received)
    {
        if (received > Limits.RequestEventsMax) return CollectorProblem.TooManyEvents;
        if (budgets.TryTake(request.Key, received, out var retryAfter)) return null;
        metrics.Received(request.Site.Id, received);
        metrics.Deferred(request.Site.Id, "too_many_requests", received);
        return CollectorProblem.TooManyRequests(retryAfter);
    }

    /// <summary>Null when everything is durable.</summary>
    private async ValueTask<CollectorProblem?> KeepAsync(IntakeBatch batch, CancellationToken cancellation)
    {
        if (batch.Events.Count > 0 && Refusal(await log.Log.AppendAsync(Topics.Events, batch.Events, cancellation)) is { } events) return events;
        return batch.Rejects.Count > 0 ? Refusal(await log.Log.AppendAsync(Topics.Rejects, batch.Rejects, cancellation)) : null;
    }

    private static CollectorProblem? Refusal(AppendResult result) => result.Outcome switch
    {
        AppendOutcome.Durable => null,
        AppendOutcome.Busy => CollectorProblem.Unavailable("busy", result.RetryAfter),
        _ => CollectorProblem.Unavailable("unavailable", result.RetryAfter),
    };

    private sealed class IntakePolicy(CollectorMetrics metrics, VisitorPolicy visitors) : PooledObjectPolicy<EventIntake>
    {
        public override EventIntake Create() => new(metrics, visitors);

        public override bool Return(EventIntake obj)
        {
            obj.Ranges.Clear();
            return true;
        }
    }

    private sealed class BatchPolicy : PooledObjectPolicy<IntakeBatch>
    {
        public override IntakeBatch Create() => new();

        public override bool Return(IntakeBatch obj)
        {
            obj.Clear();
            return true;
        }
    }
}

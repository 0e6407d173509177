using Engagement.Core;
using Engagement.Core.Sessions;

namespace Core.Tests.Sessions;

/// <summary>The queue against the plainest one that could be: look at all, take the earliest.</summary>
public sealed class TimerQueueTests
{
    [Theory]
    [InlineData(1, 60_000)]
    [InlineData(2, 3_000_000)]
    [InlineData(3, 40)]
    [InlineData(4, 90_000_000)]
    public void TakeDue_AnyCourse_TakesAsTheLog(int seed, int spreadMs)
    {
        var random = new Random(seed);
        var queue = new TimerQueue();
        var sessions = new List<SessionState>();
        var (now, offset, taken) = (1_790_000_000_000L, 0L, 0);
        for (var turn = 0; turn < 4_000; turn++)
        {
            // Mostly on; now and then a record of an older time, or a long silence.
            now += random.Next(50) switch { 0 => -random.Next(spreadMs), 1 => 3L * spreadMs, _ => random.Next(Math.Max(1, spreadMs / 500)) };
            var limit = new Instant(now);
            while (true)
            {
                var wanted = sessions.Where(s => s.NextDue < limit).OrderBy(s => s.NextDue.UnixMs).ThenBy(s => s.FirstOffset).FirstOrDefault();
                Assert.Same(wanted, queue.TakeDue(limit));
                if (wanted is null) break;
                taken++;
                Move(wanted, random.Next(2) == 0);
            }
            if (sessions.Count < 60) Begin();
            else Move(sessions[random.Next(sessions.Count)], random.Next(20) == 0);
            if (turn % 7 == 0) Assert.Equal(sessions.Min(s => s.NextDue.UnixMs), queue.NextDue().UnixMs);
        }
        Assert.InRange(taken, 100, int.MaxValue);
        foreach (var session in sessions.ToList()) Leave(session);
        Assert.Equal(Instant.Never, queue.NextDue());

        void Begin()
        {
            var session = new SessionState();
            session.Clear();
            (session.IsInMemory, session.FirstOffset) = (true, offset++);
            sessions.Add(session);
            Move(session, leaves: false);
        }

        void Move(SessionState session, bool leaves)
        {
            if (leaves)
            {
                Leave(session);
                return;
            }
            session.NextDue = new Instant(now + random.Next(spreadMs));
            queue.Schedule(session);
        }

        void Leave(SessionState session)
        {
            queue.Forget(session);
            session.IsInMemory = false;
            sessions.Remove(session);
        }
    }
}

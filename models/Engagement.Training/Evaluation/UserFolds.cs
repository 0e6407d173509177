namespace Engagement.Training.Evaluation;

/// <summary>Splits users, never rows, into folds with like shares of converting users.</summary>
public static class UserFolds
{
    /// <summary>Fold of each user, 0 to <paramref name="folds"/> - 1. The same users in the same order and seed give the same folds.</summary>
    public static Dictionary<string, int> Assign(IEnumerable<(string User, bool Converted)> rows, int folds, long seed)
    {
        var converted = new Dictionary<string, bool>();
        var users = new List<string>();
        foreach (var (user, isConverted) in rows)
        {
            if (converted.TryAdd(user, isConverted)) users.Add(user);
            else converted[user] |= isConverted;
        }
        var shuffled = users.ToArray();
        new Random(unchecked((int)seed)).Shuffle(shuffled);
        var result = new Dictionary<string, int>();
        foreach (var group in shuffled.GroupBy(user => converted[user]).OrderByDescending(group => group.Key))
        {
            // Goes on where the group before ended, so that no fold gets every remainder.
            foreach (var user in group) result[user] = result.Count % folds;
        }
        return result;
    }
}

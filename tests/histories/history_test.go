// Histories that are known to be right or broken.
package main

import "testing"

func put(client int, value string, began, ended int64) Call {
	return Call{Client: client, Op: "put", Key: "a", Value: value, Outcome: "done", Began: began, Ended: ended}
}

func get(client int, seen string, began, ended int64) Call {
	outcome := "done"
	if seen == "" {
		outcome = "absent"
	}
	return Call{Client: client, Op: "get", Key: "a", Seen: seen, Outcome: outcome, Began: began, Ended: ended}
}

func list(listed map[string]string, began, ended int64) Call {
	return Call{Client: 9, Op: "list", Outcome: "done", Listed: listed, Began: began, Ended: ended}
}

func on(key string, call Call) Call {
	call.Key = key
	return call
}

func absentOnly(call Call) Call {
	call.IfNone = true
	return call
}

func matching(etag string, call Call) Call {
	call.IfMatch = etag
	return call
}

func ending(outcome string, call Call) Call {
	call.Outcome = outcome
	return call
}

func erasing(began, ended int64) Call {
	return Call{Client: 3, Op: "delete", Key: "a", Outcome: "done", Began: began, Ended: ended}
}

func TestHistories(t *testing.T) {
	for _, one := range []struct {
		name    string
		isRight bool
		calls   []Call
	}{
		{"one after the other", true, []Call{put(1, "x", 1, 2), get(2, "x", 3, 4), erasing(5, 6), get(2, "", 7, 8)}},
		{"a read beside a write sees either", true, []Call{put(1, "x", 1, 9), get(2, "", 2, 3), get(2, "x", 4, 5)}},
		{"a stale read", false, []Call{put(1, "x", 1, 2), put(1, "y", 3, 4), get(2, "x", 5, 6)}},
		{"a read of nothing that was there", false, []Call{put(1, "x", 1, 2), get(2, "", 3, 4)}},
		{"a read back in time", false, []Call{put(1, "x", 1, 9), get(2, "x", 2, 3), get(2, "", 4, 5)}},
		{"a read after the delete", false, []Call{put(1, "x", 1, 2), erasing(3, 4), get(2, "x", 5, 6)}},
		{"two of two that make it", false, []Call{absentOnly(put(1, "x", 1, 9)), absentOnly(put(2, "y", 1, 9))}},
		{"one of two that make it", true, []Call{absentOnly(put(1, "x", 1, 9)), ending("refused", absentOnly(put(2, "y", 1, 9)))}},
		{"a refusal for nothing", false, []Call{ending("refused", absentOnly(put(1, "x", 1, 2)))}},
		{"a lost update", false, []Call{put(1, "x", 1, 2), matching("x", put(1, "y", 3, 9)), matching("x", put(2, "z", 3, 9))}},
		{"a condition on what is gone", true, []Call{put(1, "x", 1, 2), erasing(3, 4), ending("absent", matching("x", put(1, "y", 5, 6)))}},
		{"unknown, and happened late", true, []Call{ending("unknown", put(1, "x", 1, 2)), get(2, "", 3, 4), get(2, "x", 5, 6)}},
		{"unknown, and never happened", true, []Call{ending("unknown", put(1, "x", 1, 2)), get(2, "", 3, 4)}},
		{"unknown, happened and undone", false, []Call{ending("unknown", put(1, "x", 1, 2)), get(2, "x", 3, 4), get(2, "", 5, 6)}},
		{"a list of what is there", true, []Call{put(1, "x", 1, 2), list(map[string]string{"a": "x"}, 3, 4)}},
		{"a list that lacks a key", false, []Call{put(1, "x", 1, 2), list(map[string]string{}, 3, 4)}},
		{"a list with a former ETag", false, []Call{put(1, "x", 1, 2), put(1, "y", 3, 4), list(map[string]string{"a": "x"}, 5, 6)}},
	} {
		for _, whole := range []bool{false, true} {
			if err := check(one.calls, whole); (err == nil) != one.isRight {
				t.Errorf("%s (whole: %v): %v", one.name, whole, err)
			}
		}
	}
}

// Each key by itself is right; the list shows the later of two writes without the earlier.
func TestAListShowsOneInstant(t *testing.T) {
	calls := []Call{
		put(1, "x", 1, 2), on("b", put(1, "y", 3, 4)),
		put(1, "x2", 5, 20), on("b", put(2, "y2", 5, 20)),
		get(3, "x2", 6, 7), on("b", get(3, "y", 8, 9)),
		list(map[string]string{"a": "x", "b": "y2"}, 5, 20),
	}
	if err := check(calls, false); err != nil {
		t.Error(err)
	}
	if err := check(calls, true); err == nil {
		t.Error("a list of two instants was taken")
	}
}

func TestMoreKeysThanTheModelHas(t *testing.T) {
	var calls []Call
	for _, key := range "abcdefghi" {
		calls = append(calls, on(string(key), put(1, "x", 1, 2)))
	}
	if err := check(calls, false); err == nil {
		t.Error("nine keys were taken")
	}
}

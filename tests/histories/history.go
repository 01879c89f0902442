// What S3 promises of a few keys, as a model that porcupine searches histories by.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/anishathalye/porcupine"
)

// Call is one request and what its client was told; values are ETags, as every body is another one.
type Call struct {
	Client  int
	Op      string // put, delete, get, list
	Key     string
	Value   string            // of a put
	IfMatch string            // the ETag that must be there
	IfNone  bool              // nothing may be there
	Outcome string            // done, absent (404), refused (412), conflict (409), unknown
	Seen    string            // by a get
	Listed  map[string]string // by a list: the ETag of every key
	Began   int64
	Ended   int64
}

const (
	mostKeys = 8
	patience = 2 * time.Minute // of the search through one history
)

// The ETag under each key; empty: there is no object.
type world [mostKeys]string

type keys map[string]int

func read(from io.Reader) ([]Call, error) {
	var calls []Call
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		var call Call
		if err := json.Unmarshal(lines.Bytes(), &call); err != nil {
			return nil, err
		}
		calls = append(calls, call)
	}
	return calls, lines.Err()
}

func keysOf(calls []Call) (keys, error) {
	places := keys{}
	for _, call := range calls {
		if call.Op == "list" {
			continue
		}
		if _, known := places[call.Key]; !known {
			places[call.Key] = len(places)
		}
	}
	if len(places) > mostKeys {
		return nil, fmt.Errorf("%d keys are more than %d", len(places), mostKeys)
	}
	return places, nil
}

// Whether the object that is there meets the call's conditions.
func (call Call) holds(there string) bool {
	return (call.IfMatch == "" || call.IfMatch == there) && (!call.IfNone || there == "")
}

// Whether the call may end so while this object is there, and what is there then.
func (call Call) step(there string) (bool, string) {
	after := there
	if call.holds(there) && call.Op == "put" {
		after = call.Value
	} else if call.holds(there) && call.Op == "delete" {
		after = ""
	}
	switch call.Outcome {
	case "done":
		if call.Op == "get" {
			return there != "" && call.Seen == there, there
		}
		return call.holds(there), after
	case "absent":
		return there == "" && (call.Op == "get" || call.IfMatch != ""), there
	case "refused":
		return there != "" && !call.holds(there), there
	case "conflict":
		return call.IfMatch != "" || call.IfNone, there
	}
	return true, after // nobody was told; it may also take place after all others
}

func (call Call) shows(all world, places keys) bool {
	seen := world{}
	for key, value := range call.Listed {
		place, known := places[key]
		if !known {
			return false
		}
		seen[place] = value
	}
	return seen == all
}

func model(places keys) porcupine.Model {
	return porcupine.Model{
		Init: func() interface{} { return world{} },
		Step: func(state, input, _ interface{}) (bool, interface{}) {
			all, call := state.(world), input.(Call)
			if call.Op == "list" {
				return call.shows(all, places), all
			}
			place := places[call.Key]
			possible, after := call.step(all[place])
			all[place] = after
			return possible, all
		},
	}
}

// What nobody was told of may happen as late as it likes; a read of that kind tells nothing.
func operations(calls []Call) []porcupine.Operation {
	var all []porcupine.Operation
	for _, call := range calls {
		ended := call.Ended
		if call.Outcome == "unknown" {
			if call.Op == "get" || call.Op == "list" {
				continue
			}
			ended = math.MaxInt64
		}
		all = append(all, porcupine.Operation{ClientId: call.Client, Input: call, Call: call.Began, Return: ended})
	}
	return all
}

// The calls on one key; a list has seen it, or seen that it is not there.
func onKey(calls []Call, key string) []Call {
	var some []Call
	for _, call := range calls {
		if call.Op == "list" && call.Outcome == "done" {
			value, there := call.Listed[key]
			call.Op, call.Key, call.Seen, call.Listed = "get", key, value, nil
			if !there {
				call.Outcome = "absent"
			}
		}
		if call.Key == key {
			some = append(some, call)
		}
	}
	return some
}

func search(calls []Call, places keys, what string) error {
	switch porcupine.CheckOperationsTimeout(model(places), operations(calls), patience) {
	case porcupine.Ok:
		return nil
	case porcupine.Illegal:
		return fmt.Errorf("%s: no order of the %d calls explains what the clients saw", what, len(calls))
	}
	return fmt.Errorf("%s: not decided within %s", what, patience)
}

// check says what is wrong with a history. Each key by itself; `whole`: all at once too, so that a list shows one
// instant.
func check(calls []Call, whole bool) error {
	places, err := keysOf(calls)
	if err != nil {
		return err
	}
	for key := range places {
		if err := search(onKey(calls, key), places, key); err != nil {
			return err
		}
	}
	if !whole {
		return nil
	}
	return search(calls, places, "all keys")
}

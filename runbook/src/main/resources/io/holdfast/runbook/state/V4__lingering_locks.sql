-- Of a run that was canceled while an action of it was under way: free from then on, or once the action has ended.
alter table target_lock add column lingers_until timestamptz;
